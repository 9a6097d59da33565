package io.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.source.SourceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourcesPageTest {
    private static final Path DOCS = Path.of("..", "docs");

    /** A file that holds only the block of this page. */
    public record SourceFile(SourceSettings source) {}

    private static String text(String file) throws IOException {
        return Files.readString(DOCS.resolve(file)).replaceAll("(?m)^\\s+", "");
    }

    @Test
    void theBlockOnThePageIsTheExampleAndIsValid() throws IOException {
        // Given
        String example = text("examples/source.yaml");

        // When
        SourceSettings source =
                Configuration.load(
                                DOCS.resolve("examples/source.yaml"), SourceFile.class, List.of())
                        .source();

        // Then
        assertThat(source.labels().classes()).containsExactly("shirt", "shoe", "bag");
        assertThat(text("sources.md")).contains(example.substring(example.indexOf("source:")));
    }

    @Test
    void theProducerOnThePageIsTheExample() throws IOException {
        // Given
        String example = text("examples/ProduceSamples.java");
        int from = example.indexOf("try (KafkaProducer");

        // When, Then: the page ends where the try block does
        assertThat(text("sources.md"))
                .contains(example.substring(from, example.indexOf("}\n}\n}\n}", from) + 4));
    }
}
