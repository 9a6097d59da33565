package io.decant.pipeline.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.Alias;
import io.decant.records.DeadLetterReason;
import io.decant.records.Label;
import io.decant.records.MetricPoint;
import io.decant.serde.RegistryException;
import io.decant.serde.testing.FakeRegistry;
import io.decant.serde.testing.FakeRegistry.Asked;
import io.decant.topics.Topic;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordCodecTest {
    private final FakeRegistry registry = FakeRegistry.start();

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void whatIsEncodedIsDecodedAgain() {
        try (RecordCodec codec = codec()) {
            // When
            byte[] bytes = codec.encode(Topic.LABELS, label());

            // Then
            assertThat(codec.decode(Topic.LABELS, bytes, Label.class))
                    .isEqualTo(new Decoded.Good<>(label()));
        }
    }

    @Test
    void aTopicOfSeveralRecordsHasASubjectForEach() {
        try (RecordCodec codec = codec()) {
            // When
            codec.encode(Topic.MODEL_REGISTRY, new Alias("m", "@live", 1L, 1L, 0L, "", EMPTY));
            codec.encode(Topic.LABELS, label());

            // Then
            assertThat(registry.asked())
                    .extracting(Asked::question)
                    .containsExactly(
                            "POST /subjects/decant.model-registry-io.decant.records.Alias/versions",
                            "POST /subjects/decant.labels-value/versions");
        }
    }

    @Test
    void settingsUnderKafkaReachTheSerializers() {
        try (RecordCodec codec =
                new RecordCodec(
                        cluster(
                                "kafka.basic.auth.credentials.source=USER_INFO",
                                "kafka.basic.auth.user.info=user:pass"))) {
            // When
            codec.encode(Topic.LABELS, label());

            // Then
            assertThat(registry.asked())
                    .extracting(Asked::authorization)
                    .containsExactly("Basic dXNlcjpwYXNz");
        }
    }

    @Test
    void brokenBytesAreAValueWithTheReason() {
        try (RecordCodec codec = codec()) {
            assertThat(codec.decode(Topic.LABELS, null, Label.class))
                    .isEqualTo(
                            bad(
                                    DeadLetterReason.UNDECODABLE,
                                    "the value is null; expected a Label"));
            assertThat(codec.decode(Topic.LABELS, new byte[] {7}, Label.class))
                    .isInstanceOfSatisfying(
                            Decoded.Bad.class,
                            bad ->
                                    assertThat(bad.reason())
                                            .isEqualTo(DeadLetterReason.UNDECODABLE));
            assertThat(codec.decode(Topic.LABELS, new byte[] {0, 0, 0, 0, 9}, Label.class))
                    .isEqualTo(
                            bad(
                                    DeadLetterReason.UNKNOWN_SCHEMA,
                                    "the schema registry does not know schema id 9"));
        }
    }

    @Test
    void anotherRecordThanExpectedIsBad() {
        try (RecordCodec codec = codec()) {
            byte[] bytes = codec.encode(Topic.LABELS, label());

            assertThat(codec.decode(Topic.LABELS, bytes, MetricPoint.class))
                    .isEqualTo(
                            bad(
                                    DeadLetterReason.UNDECODABLE,
                                    "the value is a Label; expected a MetricPoint"));
        }
    }

    @Test
    void aRegistryInTroubleIsThrownAndTheSameBytesAreReadWhenItIsBack() {
        try (RecordCodec writer = codec();
                RecordCodec reader = codec()) {
            // Given
            byte[] bytes = writer.encode(Topic.LABELS, label());
            registry.close();

            // Then
            assertThatThrownBy(() -> reader.decode(Topic.LABELS, bytes, Label.class))
                    .isInstanceOf(RegistryException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anotherDeserializersFailuresAreToldApartByTheirCause(
            RuntimeException failure, boolean registryInTrouble) {
        // Given
        Failing.next.set(failure);
        try (RecordCodec codec =
                new RecordCodec(cluster("value-deserializer=" + Failing.class.getName()))) {
            // Then
            if (registryInTrouble) {
                assertThatThrownBy(() -> codec.decode(Topic.LABELS, new byte[1], Label.class))
                        .isSameAs(failure);
            } else {
                assertThat(codec.decode(Topic.LABELS, new byte[1], Label.class))
                        .isEqualTo(bad(DeadLetterReason.UNDECODABLE, failure.getMessage()));
            }
        }
    }

    static Object[][] failures() {
        return new Object[][] {
            {new SerializationException("magic byte"), false},
            {new SerializationException("cut", new EOFException()), false},
            {new SerializationException("number", new IOException("Invalid int encoding")), false},
            {new SerializationException("no schema", new RestClientException(404)), false},
            {new SerializationException("store error", new RestClientException(500)), true},
            {new SerializationException("down", new ConnectException()), true},
            {new SerializationException("slow", new SocketTimeoutException()), true},
            {new SerializationException("later", new TimeoutException()), true},
            {new TimeoutException("later"), true},
        };
    }

    /** As Confluent's class of that name: known by its name and its status only. */
    public static final class RestClientException extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;

        RestClientException(int status) {
            this.status = status;
        }

        public int getStatus() {
            return status;
        }
    }

    /** Another vendor's deserializer in trouble. */
    public static final class Failing implements Deserializer<Object> {
        static final ThreadLocal<RuntimeException> next = new ThreadLocal<>();

        @Override
        public Object deserialize(String topic, byte[] data) {
            throw next.get();
        }
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void aClassThatCannotBeUsedIsNamedWithItsKey(String setting, String sentence) {
        ClusterSettings cluster = cluster(setting);

        assertThatThrownBy(() -> new RecordCodec(cluster).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }

    static Object[][] unusable() {
        return new Object[][] {
            {
                "value-serializer=no.such.Class",
                "cluster.value-serializer is no.such.Class, which cannot be used (ClassNotFoundException); expected a Serializer on the class path"
            },
            {
                "value-deserializer=java.lang.String",
                "cluster.value-deserializer is java.lang.String"
            },
        };
    }

    @Test
    void wrongRegistrySettingsAreRefusedAtOnce() {
        ClusterSettings cluster = cluster("kafka.auto.register.schemas=maybe");

        assertThatThrownBy(() -> new RecordCodec(cluster).close())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("auto.register.schemas is 'maybe'");
    }

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private static Decoded.Bad<Object> bad(DeadLetterReason reason, String detail) {
        return new Decoded.Bad<>(reason, detail);
    }

    private static Label label() {
        return new Label("run-1", 7, null, "reviewer", 1_760_000_000_123L);
    }

    private RecordCodec codec() {
        return new RecordCodec(cluster());
    }

    private ClusterSettings cluster(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("bootstrap-servers=unused:1");
        all.add("kafka.schema.registry.request.timeout.ms=60000");
        all.add("schema-registry-url=" + registry.url());
        return Configuration.of(ClusterSettings.class, all);
    }
}
