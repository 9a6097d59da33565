package io.decant.serde;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.records.DType;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import io.decant.serde.testing.FakeRegistry;
import io.decant.topics.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes and partitions that clients in other languages made; {@code docs/clients.md} says how. They
 * must be read, written and partitioned alike here, forever.
 */
class ClientBytesTest {
    private static final Sample SAMPLE =
            new Sample(
                    "é-1",
                    new Tensor(
                            DType.U8, List.of(2, 2), ByteBuffer.wrap(new byte[] {0, 1, 127, -1})),
                    1_760_000_000_123L,
                    Map.of("site", "north"));
    private static final Label LABEL = new Label("é-1", 7, null, "mnist", 1_760_000_000_124L);
    private static final Label PROBABILITIES =
            new Label("é-1", null, List.of(0.25f, 0.75f), "mnist", 1_760_000_000_124L);

    private final FakeRegistry registry = FakeRegistry.start();

    @AfterEach
    void stop() {
        registry.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"python", "node"})
    void theirSamplesAreOurSamples(String client) throws IOException {
        assertSameBytes(SAMPLE, made(client).get("sample").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"python", "node"})
    void theirLabelsAreOurLabels(String client) throws IOException {
        assertSameBytes(LABEL, made(client).get("label").asText());
        assertSameBytes(PROBABILITIES, made(client).get("probabilities").asText());
    }

    private void assertSameBytes(SpecificRecord record, String avro) {
        try (AvroRecordSerializer serializer = new AvroRecordSerializer();
                AvroRecordDeserializer deserializer = new AvroRecordDeserializer()) {
            // Given
            Map<String, String> properties = Map.of("schema.registry.url", registry.url());
            serializer.configure(properties, false);
            deserializer.configure(properties, false);
            String topic = record.getSchema().getName();

            // When
            byte[] ours = serializer.serialize(topic, record);

            // Then
            String theirs = "0000000001" + avro;
            assertThat(HexFormat.of().formatHex(ours)).isEqualTo(theirs);
            assertThat(deserializer.deserialize(topic, HexFormat.of().parseHex(theirs)))
                    .isEqualTo(record);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"python", "node"})
    void theirPartitionsAreOurs(String client) throws IOException {
        JsonNode made = made(client);

        assertPartitions(made.get("partitionsOf4"), new Topics("p.", 4, 1));
        assertPartitions(made.get("partitionsOf12"), new Topics("p.", 12, 1));
    }

    private static void assertPartitions(JsonNode theirs, Topics topics) {
        assertThat(theirs.properties()).isNotEmpty();
        for (var id : theirs.properties()) {
            assertThat(topics.samplePartition(id.getKey()))
                    .as(id.getKey())
                    .isEqualTo(id.getValue().asInt());
        }
    }

    private static JsonNode made(String client) throws IOException {
        try (InputStream file =
                ClientBytesTest.class.getResourceAsStream("/clients/" + client + ".json")) {
            return new ObjectMapper().readTree(file);
        }
    }
}
