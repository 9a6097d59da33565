package io.decant.pipeline.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.record.Tensors;
import io.decant.records.DeadLetterReason;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.serde.RegistryException;
import io.decant.serde.testing.FakeRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SourcesTest {
    private static final long TIMESTAMP = 1_700_000_000_000L;
    private static final Schema ORDER =
            new Schema.Parser()
                    .parse(
                            """
                            {"type":"record","name":"Order","namespace":"shop","fields":[
                              {"name":"ref","type":{"type":"string","avro.java.string":"String"}},
                              {"name":"pixels","type":["null","bytes"]},
                              {"name":"scores","type":{"type":"array","items":"float"}},
                              {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
                              {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["CAT","DOG"]}},
                              {"name":"tags","type":{"type":"map","values":"string"}}]}
                            """);

    private final FakeRegistry registry = FakeRegistry.start();
    private final ClusterSettings cluster = ClusterSettings.of("localhost:1", registry.url());

    @AfterEach
    void stop() {
        registry.close();
    }

    private Sources sources(String... settings) {
        return new Sources(
                Configuration.of(SourceSettings.class, List.of(settings)),
                cluster,
                new RecordCodec(cluster));
    }

    private Sources json(String... more) {
        return sources(
                java.util.stream.Stream.concat(
                                java.util.stream.Stream.of(
                                        "samples.topic=orders",
                                        "samples.features=/x",
                                        "samples.dtype=u8",
                                        "samples.shape=2",
                                        "samples.label=/y"),
                                java.util.Arrays.stream(more))
                        .toArray(String[]::new));
    }

    private SourceRecord record(String id, String value) {
        return new SourceRecord(
                utf8(id),
                cluster.topics().samplePartition(id),
                TIMESTAMP,
                value == null ? null : utf8(value.replace('\'', '"')));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T good(Decoded<T> decoded) {
        assertThat(decoded).isInstanceOf(Decoded.Good.class);
        return ((Decoded.Good<T>) decoded).value();
    }

    @Test
    void aMappedRecordIsASampleWithItsLabel() {
        // Given
        Sources sources = json();
        SourceRecord record = record("a", "{'x':[1,2],'y':3}");

        // When
        Sample sample = good(sources.sample(record));
        Optional<Label> label = good(sources.labelOfSample(record));

        // Then
        assertThat(Tensors.bytes(sample.getFeatures())).containsExactly(1, 2);
        assertThat(label).contains(new Label("a", 3, null, "orders", TIMESTAMP));
    }

    @Test
    void aRecordIsRefusedOnceByWhoeverReadsSamplesAndOnceMoreOnlyForItsLabel() {
        // Given
        Sources sources = json();

        // When, Then
        for (String junk : List.of("junk", "[1]", "{'x':[1,2,3],'y':1}", "{'x':[1,2]} {}")) {
            assertThat(sources.sample(record("a", junk))).isInstanceOf(Decoded.Bad.class);
            assertThat(good(sources.labelOfSample(record("a", junk)))).isEmpty();
        }
        assertThat(good(sources.sample(record("a", "{'x':[1,2],'y':'?'}")))).isNotNull();
        assertThat(sources.labelOfSample(record("a", "{'x':[1,2],'y':'?'}")))
                .isEqualTo(
                        new Decoded.Bad<>(
                                DeadLetterReason.CLASS_OUT_OF_RANGE,
                                "/y is '?'; expected a class's index of 0 or more; for names give them in classes"));
    }

    @Test
    void whatIsNoDocumentIsUndecodable() {
        // Given
        Sources sources = json();

        // When, Then
        assertThat(sources.sample(record("a", null)))
                .isEqualTo(
                        new Decoded.Bad<>(
                                DeadLetterReason.UNDECODABLE,
                                "the value is null; expected a record to map"));
        assertThat(sources.sample(record("a", "7")))
                .isEqualTo(
                        new Decoded.Bad<>(
                                DeadLetterReason.UNDECODABLE,
                                "the value is JSON, but 7; expected an object with fields"));
        assertThat(sources.sample(record("a", "{'x':")))
                .isInstanceOfSatisfying(
                        Decoded.Bad.class,
                        bad -> assertThat(bad.detail()).startsWith("the value is not JSON: "));
    }

    @Test
    void aMappedRecordOutsideItsIdsPartitionIsRefusedUnlessThePartitionIsTheProducersAffair() {
        // Given
        SourceRecord home = record("a", "{'x':[1,2],'y':3}");
        SourceRecord elsewhere =
                new SourceRecord(home.key(), (home.partition() + 1) % 4, TIMESTAMP, home.value());

        // When, Then
        assertThat(json().sample(elsewhere))
                .isInstanceOfSatisfying(
                        Decoded.Bad.class,
                        bad ->
                                assertThat(bad.reason())
                                        .isEqualTo(DeadLetterReason.WRONG_PARTITION));
        assertThat(good(json().labelOfSample(elsewhere))).isEmpty();
        assertThat(good(json("partitioning=as-is").sample(elsewhere))).isNotNull();
        assertThat(good(json("partitioning=as-is").labelOfSample(elsewhere))).isPresent();
    }

    @Test
    void labelsMayComeFromATopicOfTheirOwn() {
        // Given
        Sources sources =
                sources(
                        "labels.topic=facts",
                        "labels.id=/ref",
                        "labels.label=/kind",
                        "labels.classes=cat,dog",
                        "labels.time=/at");
        SourceRecord fact = record("a", "{'ref':'a','kind':'dog','at':7}");

        // When, Then
        assertThat(good(sources.label(fact))).isEqualTo(new Label("a", 1, null, "facts", 7L));
        assertThat(sources.label(record("a", "{'ref':'a','at':7}")))
                .isEqualTo(
                        new Decoded.Bad<>(
                                DeadLetterReason.INVALID_VALUE,
                                "/kind is missing or null; expected the label"));
    }

    private byte[] order(int id, Object pixels) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(5).putInt(1, id).array());
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        new GenericDatumWriter<Object>(ORDER)
                .write(
                        new GenericRecordBuilder(ORDER)
                                .set("ref", "a")
                                .set("pixels", pixels)
                                .set("scores", List.of(0.5f, 1f))
                                .set("at", TIMESTAMP * 1000)
                                .set(
                                        "kind",
                                        new GenericData.EnumSymbol(
                                                ORDER.getField("kind").schema(), "DOG"))
                                .set("tags", java.util.Map.of("camera", "north"))
                                .build(),
                        encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private Sources avro(String features, String dtype) {
        return sources(
                "samples.topic=orders",
                "samples.format=avro",
                "samples.id=/ref",
                "samples.features=" + features,
                "samples.dtype=" + dtype,
                "samples.shape=2",
                "samples.time=/at",
                "samples.label=/kind",
                "samples.classes=CAT,DOG",
                "samples.attributes.camera=/tags/camera");
    }

    private SourceRecord avroRecord(byte[] value) {
        return new SourceRecord(null, cluster.topics().samplePartition("a"), 1, value);
    }

    @Test
    void anAvroRecordOfAnySchemaIsReadThroughTheRegistry() throws IOException {
        // Given
        int id = registry.register("orders-value", ORDER);
        SourceRecord record = avroRecord(order(id, ByteBuffer.wrap(new byte[] {9, 8})));

        // When
        Sample raw = good(avro("/pixels", "u8").sample(record));
        Sample numbers = good(avro("/scores", "f16").sample(record));
        Optional<Label> label = good(avro("/pixels", "u8").labelOfSample(record));

        // Then
        assertThat(raw.getSampleId()).isEqualTo("a");
        assertThat(Tensors.bytes(raw.getFeatures())).containsExactly(9, 8);
        assertThat(Tensors.bytes(numbers.getFeatures())).containsExactly(0, 0x38, 0, 0x3c);
        assertThat(Instant.ofEpochMilli(raw.getEventTimeMillis()))
                .isEqualTo(Instant.ofEpochMilli(TIMESTAMP));
        assertThat(raw.getAttributes()).containsEntry("camera", "north");
        assertThat(label).contains(new Label("a", 1, null, "orders", TIMESTAMP));
    }

    @Test
    void twoReadersMakeTheSameBytesOfOneRecordAndKeepThem() throws IOException {
        // Given
        int id = registry.register("orders-value", ORDER);
        byte[] value = order(id, ByteBuffer.wrap(new byte[] {9, 8}));
        Sources teacher = avro("/pixels", "u8");
        Sources joiner = avro("/pixels", "u8");

        // When
        Sample first = good(teacher.sample(avroRecord(value)));
        Sample second = good(joiner.sample(avroRecord(value)));
        good(teacher.sample(avroRecord(order(id, ByteBuffer.wrap(new byte[] {1, 1})))));

        // Then
        assertThat(first).isEqualTo(second);
        assertThat(Tensors.bytes(first.getFeatures())).containsExactly(9, 8);
    }

    @Test
    void brokenAvroIsAValueAndARegistryThatFailsIsThrown() throws IOException {
        // Given
        int id = registry.register("orders-value", ORDER);
        Sources sources = avro("/pixels", "u8");
        byte[] cut = java.util.Arrays.copyOf(order(id, null), 9);

        // When, Then
        assertThat(sources.sample(avroRecord(cut)))
                .isInstanceOfSatisfying(
                        Decoded.Bad.class,
                        bad -> assertThat(bad.reason()).isEqualTo(DeadLetterReason.UNDECODABLE));
        assertThat(sources.sample(avroRecord(order(id, null))))
                .isEqualTo(
                        new Decoded.Bad<>(
                                DeadLetterReason.INVALID_VALUE,
                                "/pixels is missing or null; expected the features"));
        assertThat(sources.sample(avroRecord(order(99, null))))
                .isInstanceOfSatisfying(
                        Decoded.Bad.class,
                        bad -> assertThat(bad.reason()).isEqualTo(DeadLetterReason.UNKNOWN_SCHEMA));
        registry.close();
        assertThatThrownBy(() -> avro("/pixels", "u8").sample(avroRecord(cut)))
                .isInstanceOf(RegistryException.class);
    }
}
