package io.decant.pipeline.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.Alias;
import io.decant.records.Label;
import io.decant.serde.testing.FakeRegistry;
import io.decant.serde.testing.FakeRegistry.Asked;
import io.decant.topics.Topic;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Confluent's serializers by name in a service's configuration, with Confluent's own keys. The
 * classes of these names in this module's tests stand for Confluent's.
 */
class ConfluentByNameTest {
    private static final Label LABEL = new Label("run-1", 7, null, "reviewer", 1_760_000_000_123L);

    private final FakeRegistry registry = FakeRegistry.start();

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void theNamedClassesWriteTheWireFormatAndReadItAgain() {
        try (RecordCodec codec = codec()) {
            // When
            byte[] bytes = codec.encode(Topic.LABELS, LABEL);

            // Then: 00, id 1, "run-1", union branch 1, 7, union branch 0, "reviewer", the time
            assertThat(HexFormat.of().formatHex(bytes))
                    .isEqualTo(
                            "0000000001"
                                    + "0a72756e2d31"
                                    + "020e"
                                    + "00"
                                    + "107265766965776572"
                                    + "f681e682b966");
            assertThat(codec.decode(Topic.LABELS, bytes, Label.class))
                    .isEqualTo(new Decoded.Good<>(LABEL));
        }
    }

    @Test
    void confluentsKeysPassThroughAsTheyAre() {
        try (RecordCodec codec =
                codec(
                        "kafka.auto.register.schemas=false",
                        "kafka.use.latest.version=true",
                        "kafka.basic.auth.credentials.source=USER_INFO",
                        "kafka.basic.auth.user.info=user:pass")) {
            // Given
            registry.register("decant.labels-value", Label.getClassSchema());

            // When
            codec.encode(Topic.LABELS, LABEL);

            // Then
            assertThat(registry.asked())
                    .containsExactly(
                            new Asked(
                                    "GET /subjects/decant.labels-value/versions/latest",
                                    "Basic dXNlcjpwYXNz"));
        }
    }

    @Test
    void aTopicOfSeveralRecordsGetsConfluentsStrategyByItsFullName() {
        try (RecordCodec codec = codec()) {
            // When
            codec.encode(
                    Topic.MODEL_REGISTRY,
                    new Alias("m", "@live", 1L, 1L, 0L, "", ByteBuffer.allocate(0)));

            // Then
            assertThat(registry.asked())
                    .extracting(Asked::question)
                    .containsExactly(
                            "POST /subjects/decant.model-registry-io.decant.records.Alias/versions");
        }
    }

    @Test
    void aValueThatConfluentsClassRefusesIsRefusedAtTheStart() {
        assertThatThrownBy(() -> codec("kafka.use.latest.version=maybe").close())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("use.latest.version");
    }

    private RecordCodec codec(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("bootstrap-servers=unused:1");
        all.add("schema-registry-url=" + registry.url());
        all.add("value-serializer=io.confluent.kafka.serializers.KafkaAvroSerializer");
        all.add("value-deserializer=io.confluent.kafka.serializers.KafkaAvroDeserializer");
        return new RecordCodec(Configuration.of(ClusterSettings.class, all));
    }
}
