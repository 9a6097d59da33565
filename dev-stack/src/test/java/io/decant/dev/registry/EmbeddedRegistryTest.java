package io.decant.dev.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.dev.DevCluster;
import io.decant.dev.DevStackException;
import io.decant.dev.registry.RegistryClient.Answer;
import io.decant.pipeline.http.HttpSecurity;
import io.decant.pipeline.retry.GaveUpException;
import io.decant.pipeline.topics.TopicCreator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Start, restart and limits, over real HTTP on a real broker; the calls: {@link
 * RegistryContractTest}.
 */
class EmbeddedRegistryTest {
    private static final String ONE_FIELD =
            """
            {"type":"record","name":"Sample","fields":[{"name":"id","type":"string"}]}""";
    private static final String OPTIONAL_FIELD_ADDED =
            """
            {"type":"record","name":"Sample","fields":[{"name":"id","type":"string"},{"name":"run","type":"string","default":""}]}""";

    private static DevCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = DevCluster.temporary();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    private static EmbeddedRegistry registryOn(String topic) {
        return registryOn(cluster, topic);
    }

    static EmbeddedRegistry registryOn(DevCluster cluster, String topic) {
        RegistrySettings defaults = RegistrySettings.defaults();
        return EmbeddedRegistry.start(
                cluster.bootstrapServers(),
                new RegistrySettings(
                        "127.0.0.1",
                        0,
                        topic,
                        defaults.compatibility(),
                        defaults.timeout(),
                        defaults.maxRequestBytes(),
                        Map.of(),
                        HttpSecurity.NONE));
    }

    @Test
    void aRestartRebuildsEverythingFromTheTopic() {
        // Given
        List<String> before;
        try (EmbeddedRegistry registry = registryOn("rebuilt")) {
            RegistryClient client = RegistryClient.of(registry);
            client.register("kept", ONE_FIELD);
            client.register("kept", OPTIONAL_FIELD_ADDED);
            client.register("gone", "\"string\"");
            client.register("buried", "\"long\"");
            client.delete("/subjects/gone");
            client.delete("/subjects/buried");
            client.delete("/subjects/buried?permanent=true");
            client.delete("/subjects/kept/versions/1");
            client.put("/config", "{\"compatibility\":\"FULL_TRANSITIVE\"}");
            client.put("/config/kept", "{\"compatibility\":\"NONE\"}");
            client.put("/mode/kept", "{\"mode\":\"READONLY\"}");
            before = everything(client);
        }

        // When
        try (EmbeddedRegistry again = registryOn("rebuilt")) {
            RegistryClient client = RegistryClient.of(again);

            // Then
            assertThat(everything(client)).isEqualTo(before);
            assertThat(client.get("/subjects").body().toString()).isEqualTo("[\"kept\"]");
            assertThat(client.get("/subjects?deleted=true").body().toString())
                    .isEqualTo("[\"gone\",\"kept\"]");
            assertThat(client.get("/schemas/ids/3").status()).isEqualTo(200);
            assertThat(client.get("/schemas/ids/4").status()).isEqualTo(404);
            assertThat(client.register("kept", "\"int\"").errorCode()).isEqualTo(42_205);
        }
    }

    private static List<String> everything(RegistryClient client) {
        return List.of(
                client.get("/schemas?deleted=true").body().toString(),
                client.get("/subjects/kept/versions").body().toString(),
                client.get("/config").body().toString(),
                client.get("/config/kept").body().toString(),
                client.get("/mode").body().toString(),
                client.get("/mode/kept").body().toString());
    }

    @Test
    void theTopicHoldsConfluentsRecords() {
        try (EmbeddedRegistry registry = registryOn("records")) {
            // Given
            RegistryClient client = RegistryClient.of(registry);

            // When
            client.register("t-value", "\"string\"");
            client.put("/config", "{\"compatibility\":\"FULL\"}");
            client.delete("/subjects/t-value");
            client.delete("/subjects/t-value?permanent=true");

            // Then
            assertThat(recordsOf("records"))
                    .containsExactly(
                            """
                            {"keytype":"SCHEMA","subject":"t-value","version":1,"magic":1} \
                            {"subject":"t-value","version":1,"id":1,"schemaType":"AVRO","schema":"\\"string\\"","deleted":false}""",
                            """
                            {"keytype":"CONFIG","subject":null,"magic":0} {"compatibilityLevel":"FULL"}""",
                            """
                            {"keytype":"DELETE_SUBJECT","subject":"t-value","magic":0} {"subject":"t-value","version":1}""",
                            """
                            {"keytype":"SCHEMA","subject":"t-value","version":1,"magic":1} null""");
        }
    }

    private static List<String> recordsOf(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", cluster.bootstrapServers()),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            List<String> records = new ArrayList<>();
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, String> read : consumer.poll(Duration.ofMillis(100))) {
                    records.add(read.key() + " " + read.value());
                }
            }
            return records;
        }
    }

    @Test
    void subjectsMayHoldAnySign() {
        try (EmbeddedRegistry registry = registryOn("odd-subjects")) {
            // Given
            RegistryClient client = RegistryClient.of(registry);

            // When
            client.register("a%2Fb+c%20%C3%A9", ONE_FIELD);

            // Then
            assertThat(client.get("/subjects").body().get(0).asText()).isEqualTo("a/b+c é");
            assertThat(client.get("/subjects/a%2Fb+c%20%C3%A9/versions/1").status()).isEqualTo(200);
        }
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            RegistrySettings settings = RegistrySettings.defaults().withPort(taken.getLocalPort());

            // When / Then
            assertThatThrownBy(() -> EmbeddedRegistry.start(cluster.bootstrapServers(), settings))
                    .isInstanceOf(DevStackException.class)
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("choose another port");
        }
    }

    @Test
    void aBodyOverTheLimitIsRefused() {
        RegistrySettings small =
                new RegistrySettings(
                        "127.0.0.1",
                        0,
                        "small",
                        Compatibility.BACKWARD,
                        Duration.ofSeconds(30),
                        100,
                        Map.of(),
                        HttpSecurity.NONE);
        try (EmbeddedRegistry registry =
                EmbeddedRegistry.start(cluster.bootstrapServers(), small)) {
            // When
            Answer answer = RegistryClient.of(registry).register("s", OPTIONAL_FIELD_ADDED);

            // Then
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body().get("message").asText()).contains("100 bytes");
        }
    }

    @Test
    void aTopicThatWouldLoseSchemasIsRefused() {
        // Given
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            TopicCreator.create(
                    admin,
                    List.of(new NewTopic("not-compacted", 1, (short) 1)),
                    Duration.ofSeconds(30));
        }

        // When / Then
        assertThatThrownBy(() -> registryOn("not-compacted"))
                .isInstanceOf(DevStackException.class)
                .hasMessage(
                        "topic not-compacted has cleanup.policy=delete and would lose schemas; set it to compact");
    }

    @Test
    void anUnreachableBrokerEndsTheStartInTime() throws IOException {
        // Given
        int nobodyListens;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            nobodyListens = free.getLocalPort();
        }
        RegistrySettings impatient =
                new RegistrySettings(
                        "127.0.0.1",
                        0,
                        "_schemas",
                        Compatibility.BACKWARD,
                        Duration.ofMillis(500),
                        1 << 20,
                        Map.of(),
                        HttpSecurity.NONE);

        // When / Then
        assertThatThrownBy(() -> EmbeddedRegistry.start("127.0.0.1:" + nobodyListens, impatient))
                .isInstanceOf(GaveUpException.class)
                .hasMessageContaining("could not create topics [_schemas] within 500 ms");
    }
}
