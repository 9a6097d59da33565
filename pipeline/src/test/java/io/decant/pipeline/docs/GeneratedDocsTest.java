package io.decant.pipeline.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.config.Setting;
import io.decant.topics.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedDocsTest {
    private static final String COMMAND =
            "mvn -pl pipeline -am test -Dtest=GeneratedDocsTest -Dsurefire.failIfNoSpecifiedTests=false -Dregenerate.docs=true";

    @TempDir Path folder;

    public record Example(
            @Setting(doc = "A name.") String name,
            @Setting(doc = "A wait.", otherwise = "10ms", min = 1) Duration linger,
            @Setting(doc = "A choice.", otherwise = "") Optional<Topic.Partitioning> choice) {}

    @Test
    void theTopicsPageIsWhatTheCodeSays() throws IOException {
        new GeneratedPage(Path.of("../docs/topics.md"), COMMAND, TopicDocs.page())
                .check(Boolean.getBoolean("regenerate.docs"));
    }

    @Test
    void theTopicsPageNamesEveryTopicAndEveryTypeInIt() {
        assertThat(Topic.values())
                .allSatisfy(topic -> assertThat(TopicDocs.page()).contains("`" + topic.suffix()));
        assertThat(TopicDocs.page())
                .contains("### TrainingPair", "### Span", "### Prefix8", "### DeadLetterReason")
                .contains("| `label` | Label or null | null | The label, if it has arrived. |");
    }

    @Test
    void everyKeyOfAConfigurationIsARow() {
        assertThat(ConfigurationDocs.table(Example.class))
                .isEqualTo(
                        """
                        | key | type | default | what it does |
                        | --- | --- | --- | --- |
                        | `name` | text | **must be given** | A name. |
                        | `linger` | duration | `10ms` | A wait. Must be at least 1ms. |
                        | `choice` | optional by-sample \\| by-model |  | A choice. |
                        """);
    }

    @Test
    void aPageThatDiffersIsRefusedWithTheCommandThatRewritesIt() throws IOException {
        // Given
        Path file = folder.resolve("page.md");
        GeneratedPage page = new GeneratedPage(file, "make docs", "body\n");

        // Then
        assertThatThrownBy(() -> page.check(false))
                .hasMessage(file + " differs from the code; rewrite it with: make docs");
        page.check(true);
        page.check(false);
        Files.writeString(file, "edited by hand");
        assertThatThrownBy(() -> page.check(false)).isInstanceOf(IllegalStateException.class);
    }
}
