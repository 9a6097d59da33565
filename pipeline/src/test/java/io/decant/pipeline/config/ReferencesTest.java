package io.decant.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.kafka.ClusterSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencesTest {
    /** A configuration with the block that every service has. */
    public record Service(ClusterSettings cluster) {}

    @TempDir private Path folder;

    @Test
    void variablesAndFilesStandInAnyPlaceOfAValue() throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("password"), "s3$cr\\et\n");
        References references = new References(Map.of("NAME", "trainer")::get);

        // When
        Map<String, List<String>> values =
                references.resolved(
                        Map.of(
                                "jaas",
                                List.of(
                                        "username=\"${env:NAME}\" password=\"${file:"
                                                + file
                                                + "}\";"),
                                "plain",
                                List.of("${other:NAME} costs $5")));

        // Then
        assertThat(values)
                .containsEntry("jaas", List.of("username=\"trainer\" password=\"s3$cr\\et\";"))
                .containsEntry("plain", List.of("${other:NAME} costs $5"));
        assertThat(references.used()).containsExactly("jaas");
        assertThat(references.problems()).isEmpty();
    }

    @Test
    void whatComesInIsNotAReferenceItself() {
        // Given
        References references = new References(Map.of("A", "${env:B}", "B", "never")::get);

        // When
        Map<String, List<String>> values = references.resolved(Map.of("k", List.of("${env:A}")));

        // Then
        assertThat(values).containsEntry("k", List.of("${env:B}"));
    }

    @Test
    void whatIsMissingIsAProblemThatNamesKeyAndSource() {
        // Given
        Path missing = folder.resolve("missing");

        // When / Then
        assertThatThrownBy(
                        () ->
                                Configuration.of(
                                        Service.class,
                                        List.of(
                                                "cluster.bootstrap-servers=b:1",
                                                "cluster.schema-registry-url=http://r",
                                                "cluster.kafka.a=${env:DECANT_NO_SUCH_VARIABLE}",
                                                "cluster.kafka.b=${file:" + missing + "}")))
                .hasMessageContaining(
                        "cluster.kafka.a refers to the environment's variable DECANT_NO_SUCH_VARIABLE, which is not set")
                .hasMessageContaining("cluster.kafka.b refers to the file " + missing)
                .hasMessageContaining("2 problems");
    }

    @Test
    void aFreeSettingFromElsewhereIsUsedAndNeverShown() throws IOException {
        // Given a setting whose name does not tell that it is a secret
        Path file = Files.writeString(folder.resolve("value"), "hush");

        // When
        Service service =
                Configuration.of(
                        Service.class,
                        List.of(
                                "cluster.bootstrap-servers=b:1",
                                "cluster.schema-registry-url=http://r",
                                "cluster.kafka.innocent=say ${file:" + file + "}",
                                "cluster.kafka.other=shown"));

        // Then
        assertThat(service.cluster().kafka()).containsEntry("innocent", "say hush");
        assertThat(Configuration.effective(service))
                .containsEntry("cluster.kafka.innocent", "***")
                .containsEntry("cluster.kafka.other", "shown");
        assertThat(service.cluster().toString()).doesNotContain("hush");
        assertThat(service.cluster().kafka().toString()).doesNotContain("hush");
    }

    @Test
    void aProblemDoesNotShowWhatCameFromElsewhere() throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("count"), "hush");

        // When / Then
        assertThatThrownBy(
                        () ->
                                Configuration.of(
                                        Service.class,
                                        List.of(
                                                "cluster.bootstrap-servers=b:1",
                                                "cluster.schema-registry-url=http://r",
                                                "cluster.sample-partitions=${file:" + file + "}")))
                .hasMessageContaining("cluster.sample-partitions must be a whole number")
                .hasMessageNotContaining("hush");
    }
}
