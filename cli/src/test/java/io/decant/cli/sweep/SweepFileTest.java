package io.decant.cli.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepFileTest {
    private static final SweepFile.Over OVER =
            new SweepFile.Over("student", "ab", List.of(0L), List.of(9L), List.of(), "");

    private static final TrialResult RESULT =
            new TrialResult(Map.of("alpha", "0.5"), 0.8, 0.7, null, 9, 1.5, null);

    @TempDir private Path folder;

    @Test
    void whatWasTriedIsKnownToTheNextSweep() {
        // Given
        Path file = folder.resolve("sweep.jsonl");
        SweepFile.open(file, OVER).add(RESULT);
        // When
        SweepFile next = SweepFile.open(file, OVER);
        // Then
        assertThat(next.known(Map.of("alpha", "0.5"))).contains(RESULT);
        assertThat(next.known(Map.of("alpha", "0.6"))).isEmpty();
    }

    @Test
    void aLineThatWasTornIsTriedAgain() throws IOException {
        // Given
        Path file = folder.resolve("sweep.jsonl");
        SweepFile.open(file, OVER).add(RESULT);
        String whole = Files.readString(file);
        Files.writeString(
                file, whole + whole.substring(whole.indexOf('\n') + 1, whole.length() - 9));
        // When
        SweepFile next = SweepFile.open(file, OVER);
        next.add(TrialResult.failed(Map.of("alpha", "7"), 0.1, "diverged"));
        // Then
        SweepFile last = SweepFile.open(file, OVER);
        assertThat(last.known(Map.of("alpha", "0.5"))).contains(RESULT);
        assertThat(last.known(Map.of("alpha", "7")).orElseThrow().failure()).isEqualTo("diverged");
    }

    @Test
    void aFileIsReplacedInOnePiece() throws IOException {
        // Given: somebody who began to read before
        Path file = folder.resolve("sweep.jsonl");
        SweepFile.open(file, OVER).add(RESULT);
        Files.writeString(file, "{torn", StandardOpenOption.APPEND);
        String before = Files.readString(file);
        try (InputStream reader = Files.newInputStream(file)) {
            // When
            SweepFile.open(file, OVER);
            // Then
            assertThat(reader.readAllBytes()).isEqualTo(before.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(file).content().endsWith("}\n").doesNotContain("torn");
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void theFileOfAnotherJournalIsRefused() {
        // Given
        Path file = folder.resolve("sweep.jsonl");
        SweepFile.open(file, OVER);
        SweepFile.Over other =
                new SweepFile.Over("student", "cd", List.of(0L), List.of(9L), List.of(), "");
        // When, Then
        assertThatThrownBy(() -> SweepFile.open(file, other))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("another journal")
                .hasMessageContaining("--out");
    }

    @Test
    void theBestComeFirstAndFailuresLast() {
        // Given
        TrialResult worse = new TrialResult(Map.of(), 0.6, null, null, 1, 1, null);
        TrialResult failed = TrialResult.failed(Map.of(), 1, "diverged");
        // When, Then
        assertThat(List.of(failed, worse, RESULT).stream().sorted(TrialResult.BEST_FIRST))
                .containsExactly(RESULT, worse, failed);
    }
}
