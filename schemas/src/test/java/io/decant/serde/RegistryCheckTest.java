package io.decant.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.Alias;
import io.decant.records.Label;
import io.decant.serde.testing.FakeRegistry;
import io.decant.serde.testing.FakeRegistry.Asked;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistryCheckTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final FakeRegistry registry = FakeRegistry.start();

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void anEmptyRegistryIsFine() {
        assertThat(problems(List.of(Topic.values()))).isEmpty();
        assertThat(registry.asked())
                .extracting(Asked::question)
                .hasSize(14)
                .contains(
                        "POST /compatibility/subjects/decant.labels-value/versions/latest",
                        "POST /compatibility/subjects/decant.model-registry-io.decant.records.Alias/versions/latest");
    }

    @Test
    void schemasOfThisBuildAreFine() {
        // Given
        registry.register("decant.labels-value", PlainSchema.of(Label.getClassSchema()));

        assertThat(problems(List.of(Topic.LABELS))).isEmpty();
    }

    @Test
    void everyIncompatibleSubjectIsNamed() {
        // Given
        Schema other = SchemaBuilder.record("Other").fields().requiredInt("n").endRecord();
        registry.register("decant.labels-value", other);
        registry.register("decant.model-registry-" + Alias.class.getName(), other);

        // When
        List<String> problems = problems(List.of(Topic.LABELS, Topic.MODEL_REGISTRY));

        // Then
        assertThat(problems)
                .containsExactly(
                        "the schema of Label is not compatible with the latest of subject decant.labels-value: checked against schema id 1",
                        "the schema of Alias is not compatible with the latest of subject decant.model-registry-io.decant.records.Alias: checked against schema id 1");
    }

    @Test
    void anotherServerIsOneProblem() {
        // Given
        registry.alwaysAnswer(404, "<html>");

        assertThat(problems(List.of(Topic.values())))
                .singleElement()
                .asString()
                .contains("has status 404 and is not JSON; check that schema.registry.url");
    }

    @Test
    void aRegistryThatRefusesOurCredentialsIsOneProblem() {
        // Given
        registry.alwaysAnswer(401, "{\"error_code\":40101,\"message\":\"Unauthorized\"}");

        assertThat(problems(List.of(Topic.values())))
                .singleElement()
                .asString()
                .contains("answered 401")
                .endsWith("Unauthorized; check basic.auth.user.info or bearer.auth.token");
    }

    @Test
    void wrongSettingsAreAProblem() {
        assertThat(
                        RegistryCheck.problems(
                                Map.of(), Topics.DEFAULT, List.of(Topic.LABELS), PATIENCE))
                .singleElement()
                .asString()
                .startsWith("schema.registry.url is missing");
    }

    @Test
    void aServerThatNeverAnswersIsReportedInTime() throws IOException {
        // Given: connections are accepted by the system, and nobody reads them
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://localhost:" + silent.getLocalPort();
            long start = System.nanoTime();

            // When
            List<String> problems =
                    RegistryCheck.problems(
                            Map.of("schema.registry.url", url),
                            Topics.DEFAULT,
                            List.of(Topic.values()),
                            Duration.ofMillis(300));

            // Then
            assertThat(problems)
                    .singleElement()
                    .asString()
                    .startsWith("the schema registry at " + url + " cannot be reached (no answer");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
        }
    }

    private List<String> problems(List<Topic> topics) {
        return RegistryCheck.problems(
                Map.of("schema.registry.url", registry.url()), Topics.DEFAULT, topics, PATIENCE);
    }
}
