package io.decant.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.topics.StartupCheck;
import io.decant.pipeline.topics.TopicCreator;
import io.decant.records.Label;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The check that every service makes at its start, against a real broker and registry. */
class StartupCheckOnARealClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static DevCluster cluster;

    @BeforeAll
    static void start() {
        cluster = DevCluster.temporary();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void topicsMadeFromTheContractPassAndTheirRecordsAreReadBack() {
        // Given
        ClusterSettings settings = settings("right.", 3, 2);
        create(settings, Arrays.asList(Topic.values()));

        // When
        StartupCheck.verify("test", settings, List.of(Topic.values()), PATIENCE);

        // Then: also when the schemas are registered
        try (RecordCodec codec = new RecordCodec(settings)) {
            Label label = new Label("run-1", 7, null, "reviewer", 1L);
            byte[] bytes = codec.encode(Topic.LABELS, label);
            assertThat(codec.decode(Topic.LABELS, bytes, Label.class))
                    .isEqualTo(new Decoded.Good<>(label));
        }
        StartupCheck.verify("test", settings, List.of(Topic.values()), PATIENCE);
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() throws Exception {
        // Given: one topic of another installation's size, one that is missing, and a foreign
        // schema
        create(settings("wrong.", 3, 2), List.of(Topic.SAMPLES));
        register("wrong.labels-value", "{\"schema\":\"\\\"string\\\"\"}");

        // When
        ConfigurationException refused =
                catchThrowableOfType(
                        ConfigurationException.class,
                        () ->
                                StartupCheck.verify(
                                        "joiner",
                                        settings("wrong.", 4, 2),
                                        List.of(Topic.SAMPLES, Topic.LABELS),
                                        PATIENCE));

        // Then
        assertThat(refused.problems()).hasSizeGreaterThanOrEqualTo(3);
        assertThat(refused.problems().get(0))
                .startsWith(
                        "the schema of Label is not compatible with the latest of subject wrong.labels-value: ");
        assertThat(refused.problems())
                .endsWith(
                        "topic wrong.samples has 3 partitions; expected 4, as cluster.sample-partitions says",
                        "topic wrong.labels does not exist; create the topics with: decant topics create");
    }

    private static void create(ClusterSettings settings, List<Topic> wanted) {
        Topics topics = settings.topics();
        try (Admin admin = new Clients(settings).admin("test")) {
            TopicCreator.create(
                    admin,
                    wanted.stream()
                            .map(
                                    topic ->
                                            new NewTopic(
                                                            topics.name(topic),
                                                            topics.partitions(topic),
                                                            (short) 1)
                                                    .configs(topics.configuration(topic)))
                            .toList(),
                    PATIENCE);
        }
    }

    private static void register(String subject, String body)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        cluster.registryUrl()
                                                + "/subjects/"
                                                + subject
                                                + "/versions"))
                        .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> answer =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static ClusterSettings settings(
            String prefix, int samplePartitions, int modelPartitions) {
        return new ClusterSettings(
                cluster.bootstrapServers(),
                cluster.registryUrl(),
                prefix,
                samplePartitions,
                modelPartitions,
                "io.decant.serde.AvroRecordSerializer",
                "io.decant.serde.AvroRecordDeserializer",
                Map.of());
    }
}
