package io.decant.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.cli.page.RunPage.Tone;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageFileTest {
    private static final RunPage PAGE =
            new RunPage("a run", "", "", Tone.PLAIN, List.of(), List.of());

    @Test
    void aPageIsWrittenWhereItIsSaidToBe(@TempDir Path folder) throws Exception {
        // When
        Path file = folder.resolve("new").resolve("run.html");
        String said = PageFile.save(file, () -> PAGE);
        // Then
        assertThat(said).isEqualTo("page of the run: " + file);
        assertThat(file).content().startsWith("<!DOCTYPE html>").contains("<h1>a run</h1>");
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aFileThatCannotBeWrittenIsOneSentenceAndNoFailure(@TempDir Path folder) throws Exception {
        // Given a file where a folder would have to be
        Path file = Files.writeString(folder.resolve("taken"), "x").resolve("run.html");
        // When
        String said = PageFile.save(file, () -> PAGE);
        // Then
        assertThat(said)
                .contains(file.toString(), "could not be written", "the run is not affected")
                .doesNotContain("\n");
    }

    @Test
    void aFaultInThePageDoesNotFailTheRun(@TempDir Path folder) {
        // When
        Path file = folder.resolve("run.html");
        String said =
                PageFile.save(
                        file,
                        () -> {
                            throw new IllegalStateException("no curve");
                        });
        // Then
        assertThat(said).contains("no curve", "the run is not affected");
        assertThat(file).doesNotExist();
    }
}
