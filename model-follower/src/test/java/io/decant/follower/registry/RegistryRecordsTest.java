package io.decant.follower.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.Versions;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.sign.RecordVerifier;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.records.Alias;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.DeadLetterReason;
import io.decant.records.Order;
import io.decant.topics.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RegistryRecordsTest {
    private static final ClusterSettings CLUSTER = LocalAvro.cluster();
    private static final CheckpointManifest SEVEN = Versions.small().version(7).manifest();

    private static Alias alias(String model, String name) {
        return new Alias(model, name, 7L, 3L, 0L, "", ByteBuffer.allocate(0));
    }

    private static Control control(String target, Order order) {
        return new Control(target, order, 5L, "me", "why", 2L, 0L, "", ByteBuffer.allocate(0));
    }

    private static Stream<Arguments> changes() {
        Topic registry = Topic.MODEL_REGISTRY;
        Topic control = Topic.CONTROL;
        return Stream.of(
                row(
                        registry,
                        "student/7",
                        SEVEN,
                        new RegistryEvent.VersionPublished(Versions.record(SEVEN))),
                row(registry, "student/7", null, new RegistryEvent.VersionRemoved(7)),
                row(
                        registry,
                        "student/@live",
                        alias("student", "@live"),
                        new RegistryEvent.LiveSet(7, 3)),
                row(registry, "student/@live", null, new RegistryEvent.LiveRemoved()),
                row(
                        control,
                        "student/@override",
                        control("student", Order.OVERRIDE),
                        new RegistryEvent.OverrideSet(5, 2)),
                row(control, "student/@override", null, new RegistryEvent.OverrideRemoved()),
                row(control, "student/@pin/7", control("student", Order.PIN), null),
                row(control, "gateway/pause", control("gateway", Order.PAUSE), null),
                row(registry, "other/7", SEVEN, null),
                row(registry, "student2/7", SEVEN, null),
                row(registry, "student/more/7", SEVEN, null),
                row(registry, "student/007", SEVEN, null),
                row(registry, "student/@next", alias("student", "@next"), null),
                row(registry, "teacher/big", SEVEN, null),
                row(registry, null, SEVEN, null));
    }

    private static Arguments row(
            Topic topic, String key, SpecificRecord value, RegistryEvent event) {
        return Arguments.of(topic, key, value, event);
    }

    private static Decoded<Optional<RegistryEvent>> read(Topic topic, String key, byte[] value) {
        try (RecordCodec codec = new RecordCodec(CLUSTER)) {
            return new RegistryRecords(
                            Versions.MODEL,
                            codec,
                            LocalAvro.SCHEMAS,
                            new RecordVerifier(
                                    SignaturePolicy.ACCEPT, TrustedKeys.NONE, LocalAvro.SCHEMAS))
                    .read(topic, key == null ? null : key.getBytes(StandardCharsets.UTF_8), value);
        }
    }

    private static byte[] bytes(Topic topic, SpecificRecord value) {
        try (RecordCodec codec = new RecordCodec(CLUSTER)) {
            return value == null ? null : codec.encode(topic, value);
        }
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("changes")
    void readsAKeyOfTheModelAsAChangeAndPassesOverOthers(
            Topic topic, String key, SpecificRecord value, RegistryEvent event) {
        // Given
        byte[] bytes = bytes(topic, value);

        // When
        Decoded<Optional<RegistryEvent>> read = read(topic, key, bytes);

        // Then
        assertThat(read).isEqualTo(new Decoded.Good<>(Optional.ofNullable(event)));
    }

    private static Stream<Arguments> broken() {
        Topic registry = Topic.MODEL_REGISTRY;
        Topic control = Topic.CONTROL;
        return Stream.of(
                Arguments.of(registry, "student/8", SEVEN, DeadLetterReason.INVALID_VALUE),
                Arguments.of(
                        registry,
                        "student/@live",
                        alias("other", "@live"),
                        DeadLetterReason.INVALID_VALUE),
                Arguments.of(registry, "student/@live", SEVEN, DeadLetterReason.UNDECODABLE),
                Arguments.of(
                        control,
                        "student/@override",
                        control("student", Order.PIN),
                        DeadLetterReason.INVALID_VALUE),
                Arguments.of(
                        control,
                        "student/@override",
                        control("student", Order.UNKNOWN),
                        DeadLetterReason.UNKNOWN_SYMBOL));
    }

    @ParameterizedTest(name = "{1} {3}")
    @MethodSource("broken")
    void refusesAValueThatIsNotWhatItsKeySays(
            Topic topic, String key, SpecificRecord value, DeadLetterReason reason) {
        // Given
        byte[] bytes = bytes(topic, value);

        // When
        Decoded<Optional<RegistryEvent>> read = read(topic, key, bytes);

        // Then
        assertThat(read).isInstanceOf(Decoded.Bad.class);
        assertThat(((Decoded.Bad<?>) read).reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void refusesBytesThatAreNoRecord(Topic topic, String key) {
        // When
        Decoded<Optional<RegistryEvent>> read = read(topic, key, new byte[] {9, 9, 9});

        // Then
        assertThat(((Decoded.Bad<?>) read).reason()).isEqualTo(DeadLetterReason.UNDECODABLE);
    }

    private static Stream<Arguments> garbage() {
        return Stream.of(
                Arguments.of(Topic.MODEL_REGISTRY, "student/7"),
                Arguments.of(Topic.MODEL_REGISTRY, "student/@live"),
                Arguments.of(Topic.CONTROL, "student/@override"));
    }
}
