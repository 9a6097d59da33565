package io.decant.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.records.DType;
import io.decant.records.DeadLetter;
import io.decant.records.DeadLetterReason;
import io.decant.records.Encoding;
import io.decant.records.Outcome;
import io.decant.records.Prefix8;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import io.decant.serde.testing.FakeRegistry;
import io.decant.topics.Topic;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShownRecordTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long TIME = 1_795_348_917_904L;

    private final FakeRegistry registry = FakeRegistry.start();
    private final ClusterSettings cluster = ClusterSettings.of("none:9092", registry.url());
    private final RecordCodec codec = new RecordCodec(cluster);

    @AfterEach
    void close() {
        codec.close();
        registry.close();
    }

    @Test
    void ofFeaturesTheTypeTheShapeAndTheFirstValuesAreShown() throws Exception {
        // Given
        ByteBuffer data = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(new float[] {1.5f, -2});
        Sample sample =
                new Sample(
                        "s-1",
                        new Tensor(DType.F32, List.of(10, 10), data),
                        TIME,
                        Map.of("a", "b"));

        // When
        ShownRecord shown = shown(Topic.SAMPLES, "s-1", codec.encode(Topic.SAMPLES, sample));

        // Then
        JsonNode json = JSON.readTree(shown.json());
        assertThat(json.toString())
                .isEqualTo(
                        "{\"topic\":\"decant.samples\",\"partition\":2,\"offset\":41,"
                                + "\"timestamp\":\"2026-11-22T12:01:57.904Z\",\"key\":\"s-1\",\"type\":\"Sample\","
                                + "\"value\":{\"sampleId\":\"s-1\",\"features\":{\"dtype\":\"F32\",\"shape\":[10,10],"
                                + "\"bytes\":400,\"first\":[1.5,-2.0,0.0,0.0,0.0,0.0,0.0,0.0]},"
                                + "\"eventTimeMillis\":1795348917904,\"attributes\":{\"a\":\"b\"}},\"problem\":null}");
        assertThat(shown.text())
                .startsWith(
                        "decant.samples-2@41  2026-11-22T12:01:57.904Z  s-1  Sample sampleId=s-1 features={\"dtype\":\"F32\"")
                .doesNotContain("\n");
    }

    @Test
    void ofASoftTargetTheGreatestRawLogitsAreShown() throws Exception {
        // Given z/T at T = 2
        float[] softened = {0, 3, -1, 2, 1, 0.5f, -4};
        SoftTarget target =
                SoftTarget.newBuilder()
                        .setSampleId("s-1")
                        .setTeacherId("teacher")
                        .setTeacherVersion(new Prefix8(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}))
                        .setOutcome(Outcome.SCORED)
                        .setClassCount(softened.length)
                        .setTemperature(2)
                        .setEncoding(Encoding.F32)
                        .setPayload(
                                ByteBuffer.wrap(SoftTargetPayload.encode(softened, Encoding.F32)))
                        .setFeatureHash(new Prefix8(new byte[8]))
                        .setSamplePartition(2)
                        .setSampleOffset(9)
                        .setEventTimeMillis(TIME)
                        .build();

        // When
        JsonNode value = value(Topic.SOFT_TARGETS, target);
        target.setClassCount(8);
        JsonNode damaged = value(Topic.SOFT_TARGETS, target);

        // Then
        assertThat(value.path("teacherVersion").asText()).isEqualTo("0102030405060708");
        assertThat(value.path("logits").toString())
                .isEqualTo(
                        "[{\"class\":1,\"logit\":6.0},{\"class\":3,\"logit\":4.0},{\"class\":4,\"logit\":2.0},"
                                + "{\"class\":5,\"logit\":1.0},{\"class\":0,\"logit\":0.0}]");
        assertThat(damaged.path("logits")).isEmpty();
    }

    @Test
    void aDeadLetterTellsItsReasonAndTheBeginningOfItsBytes() throws Exception {
        // Given
        byte[] refused = new byte[100];
        refused[1] = (byte) 0xfe;
        DeadLetter letter =
                DeadLetter.newBuilder()
                        .setStage("teacher")
                        .setReason(DeadLetterReason.UNDECODABLE)
                        .setDetail("it is no Avro")
                        .setTopic("decant.samples")
                        .setPartition(1)
                        .setOffset(7)
                        .setKey(ByteBuffer.wrap("s-9".getBytes(StandardCharsets.UTF_8)))
                        .setValue(ByteBuffer.wrap(refused))
                        .build();

        // When
        ShownRecord shown =
                shown(Topic.DEAD_LETTERS, "s-9", codec.encode(Topic.DEAD_LETTERS, letter));

        // Then
        assertThat(shown.text())
                .contains(
                        "reason=UNDECODABLE detail=\"it is no Avro\"",
                        "key=s-9 value={\"bytes\":100,\"hex\":\"00fe" + "00".repeat(30) + "\"}");
    }

    @Test
    void whatCannotBeReadIsShownWithTheReason() throws Exception {
        // When
        ShownRecord shown = shown(Topic.SAMPLES, "s-1", new byte[] {7, 7});

        // Then
        JsonNode json = JSON.readTree(shown.json());
        assertThat(json.path("type").isNull()).isTrue();
        assertThat(json.path("value").isNull()).isTrue();
        assertThat(json.at("/problem/reason").asText()).isEqualTo("UNDECODABLE");
        assertThat(json.at("/problem/hex").asText()).isEqualTo("0707");
        assertThat(shown.text()).contains("CANNOT BE READ reason=UNDECODABLE");
    }

    @Test
    void aRemovedRecordAndAKeyThatIsNoTextAreShown() throws Exception {
        // When
        ShownRecord removed = shown(Topic.MODEL_REGISTRY, "student/1", null);
        ShownRecord binary =
                ShownRecord.of(Topic.SAMPLES, record(new byte[] {0, (byte) 0xff}, null), codec);

        // Then
        assertThat(removed.text()).endsWith("  student/1  removed");
        assertThat(JSON.readTree(binary.json()).path("key").toString())
                .isEqualTo("{\"bytes\":2,\"hex\":\"00ff\"}");
    }

    private JsonNode value(Topic topic, SpecificRecord record) throws Exception {
        return JSON.readTree(shown(topic, "k", codec.encode(topic, record)).json()).path("value");
    }

    private ShownRecord shown(Topic topic, String key, byte[] value) {
        return ShownRecord.of(topic, record(key.getBytes(StandardCharsets.UTF_8), value), codec);
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
        return new ConsumerRecord<>(
                "decant.samples",
                2,
                41,
                TIME,
                TimestampType.CREATE_TIME,
                key.length,
                value == null ? -1 : value.length,
                key,
                value,
                new RecordHeaders(),
                Optional.empty());
    }
}
