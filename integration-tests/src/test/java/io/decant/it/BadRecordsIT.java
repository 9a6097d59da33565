package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.ConstantTeacher;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.Tally;
import io.decant.it.harness.TopicContents;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.DType;
import io.decant.records.DeadLetter;
import io.decant.records.DeadLetterReason;
import io.decant.records.Encoding;
import io.decant.records.Label;
import io.decant.records.Outcome;
import io.decant.records.Prefix8;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import io.decant.topics.Topic;
import io.decant.trainer.learn.PredictionListener;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of record that cannot be used, in the middle of a stream of good ones. */
@ExtendWith(SharedCluster.class)
class BadRecordsIT {
    private static final int GOOD = 48;
    private static final long A_DAY = Duration.ofDays(1).toMillis();
    private static final byte[] GARBAGE = "no Avro at all".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SCHEMA_THAT_NOBODY_REGISTERED = {0, 0x7f, 0, 0, 1, 2, 3, 4};

    /** What a dead letter must say. */
    private record Refusal(String topic, int partition, long offset, DeadLetterReason reason, String key, ByteBuffer value) {}

    private final List<Refusal> refusals = new ArrayList<>();
    private final List<RecordMetadata> good = new ArrayList<>();
    private ClusterSettings cluster;

    @BeforeEach
    void installation(ClusterSettings cluster) {
        this.cluster = cluster;
    }

    @Test
    void eachBadRecordIsDeadLetteredOnceWithItsReasonAndTheGoodOnesAreLearned(@TempDir Path folder) {
        try (Producing producing = new Producing(cluster);
                ServiceStack stack = Pipeline.stack(cluster, settings(folder))) {
            // Given good samples, a third of them labelled, with bad records of every kind among them
            produceGood(producing, 0, GOOD / 2);
            produceBadSamples(producing);
            produceBadLabels(producing);
            produceBadSoftTargets(producing);
            produceGood(producing, GOOD / 2, GOOD);

            // When the pipeline runs; the teacher last, so that it answers after the forged soft targets
            stack.trainer(PredictionListener.NONE);
            stack.joiner();
            stack.teacher();

            // Then each good sample was learned exactly once
            Pipeline.awaitPairs(cluster, GOOD);
            assertThat(Tally.counts(cluster, Pipeline.awaitLearned(cluster), GOOD)).containsOnly(1f);
            // And each bad record is in dead-letters, once, as it was
            await("dead letters").atMost(Duration.ofSeconds(60)).until(() -> refused().size() >= refusals.size());
            assertThat(refused()).containsExactlyInAnyOrderElementsOf(refusals);
            assertThat(stack.failure()).isEmpty();
            Pipeline.checkLaws(cluster);
        }
    }

    private List<String> settings(Path folder) {
        List<String> settings = new ArrayList<>(List.of(
                "teacher.teacher.file=" + ConstantTeacher.write(folder, "f32", GOOD, 10_000),
                "teacher.encoding=f32",
                "joiner.state-dir=" + folder.resolve("join-state"),
                "joiner.future-tolerance=1m"));
        Tally.trainerSettings(GOOD).forEach(setting -> settings.add("trainer." + setting));
        settings.add("trainer.model.input.dtype=f32");
        return settings;
    }

    private void produceGood(Producing producing, int from, int to) {
        for (int i = from; i < to; i++) {
            good.add(producing.send(sample(id(i), oneHot(i))));
            if (i % 3 == 0) {
                producing.label(id(i), 0);
            }
        }
    }

    private void produceBadSamples(Producing producing) {
        bad(producing, Topic.SAMPLES, "garbage", GARBAGE, DeadLetterReason.UNDECODABLE);
        bad(producing, Topic.SAMPLES, "unknown-schema", SCHEMA_THAT_NOBODY_REGISTERED, DeadLetterReason.UNKNOWN_SCHEMA);
        bad(producing, sample("too-small", new Tensor(DType.F32, List.of(GOOD - 1), bytes(new float[GOOD - 1]))), DeadLetterReason.WRONG_SHAPE);
        bad(producing, sample("too-few-bytes", new Tensor(DType.F32, List.of(GOOD), bytes(new float[GOOD - 1]))), DeadLetterReason.WRONG_SHAPE);
        bad(producing, sample("wrong-type", new Tensor(DType.U8, List.of(GOOD), ByteBuffer.allocate(GOOD))), DeadLetterReason.WRONG_SHAPE);
        float[] features = new float[GOOD];
        features[7] = Float.NaN;
        bad(producing, sample("not-a-number", new Tensor(DType.F32, List.of(GOOD), bytes(features))), DeadLetterReason.NOT_FINITE);
        features[7] = Float.NEGATIVE_INFINITY;
        bad(producing, sample("infinite", new Tensor(DType.F32, List.of(GOOD), bytes(features))), DeadLetterReason.NOT_FINITE);
        Sample misplaced = sample("misplaced", oneHot(0));
        bad(producing, Topic.SAMPLES, otherPartition("misplaced"), "misplaced", producing.encode(Topic.SAMPLES, misplaced), DeadLetterReason.WRONG_PARTITION);
        bad(producing, Topic.SAMPLES, "another-key", producing.encode(Topic.SAMPLES, misplaced), DeadLetterReason.INVALID_VALUE);
    }

    private void produceBadLabels(Producing producing) {
        bad(producing, Topic.LABELS, id(1), GARBAGE, DeadLetterReason.UNDECODABLE);
        bad(producing, Topic.LABELS, id(1), SCHEMA_THAT_NOBODY_REGISTERED, DeadLetterReason.UNKNOWN_SCHEMA);
        bad(producing, Topic.LABELS, id(1), producing.encode(Topic.LABELS, label(id(1), -1, 0)), DeadLetterReason.CLASS_OUT_OF_RANGE);
        // Only the teacher's answer tells how many classes there are.
        bad(producing, Topic.LABELS, id(2), producing.encode(Topic.LABELS, label(id(2), 2, 0)), DeadLetterReason.CLASS_OUT_OF_RANGE);
        bad(producing, Topic.LABELS, id(4), producing.encode(Topic.LABELS, label(id(4), 1, A_DAY)), DeadLetterReason.FUTURE_EVENT_TIME);
        bad(producing, Topic.LABELS, otherPartition(id(5)), id(5), producing.encode(Topic.LABELS, label(id(5), 1, 0)), DeadLetterReason.WRONG_PARTITION);
    }

    private void produceBadSoftTargets(Producing producing) {
        bad(producing, Topic.SOFT_TARGETS, id(1), GARBAGE, DeadLetterReason.UNDECODABLE);
        bad(producing, Topic.SOFT_TARGETS, id(1), SCHEMA_THAT_NOBODY_REGISTERED, DeadLetterReason.UNKNOWN_SCHEMA);
        // Looks like an answer, but was not computed from the sample that it names.
        bad(producing, forged(2, new float[] {1, 2}, 0), DeadLetterReason.HASH_MISMATCH);
        bad(producing, forged(3, new float[] {1, Float.NaN}, 0), DeadLetterReason.NOT_FINITE);
        bad(producing, forged(4, new float[] {1, 2}, A_DAY), DeadLetterReason.FUTURE_EVENT_TIME);
        SoftTarget misplaced = forged(5, new float[] {1, 2}, 0);
        bad(producing, Topic.SOFT_TARGETS, otherPartition(id(5)), id(5), producing.encode(Topic.SOFT_TARGETS, misplaced), DeadLetterReason.WRONG_PARTITION);
    }

    private SoftTarget forged(int index, float[] softened, long ahead) {
        return SoftTarget.newBuilder()
                .setSampleId(id(index))
                .setTeacherId("forger-" + index)
                .setTeacherVersion(new Prefix8(new byte[8]))
                .setOutcome(Outcome.SCORED)
                .setClassCount(softened.length)
                .setTemperature(1)
                .setEncoding(Encoding.F32)
                .setPayload(bytes(softened))
                .setFeatureHash(new Prefix8(new byte[8]))
                .setSamplePartition(good.get(index).partition())
                .setSampleOffset(good.get(index).offset())
                .setEventTimeMillis(System.currentTimeMillis() + ahead)
                .build();
    }

    private void bad(Producing producing, Sample sample, DeadLetterReason reason) {
        bad(producing, Topic.SAMPLES, sample.getSampleId(), producing.encode(Topic.SAMPLES, sample), reason);
    }

    private void bad(Producing producing, SoftTarget target, DeadLetterReason reason) {
        bad(producing, Topic.SOFT_TARGETS, target.getSampleId(), producing.encode(Topic.SOFT_TARGETS, target), reason);
    }

    private void bad(Producing producing, Topic topic, String key, byte[] value, DeadLetterReason reason) {
        bad(producing, topic, cluster.topics().samplePartition(key), key, value, reason);
    }

    private void bad(Producing producing, Topic topic, int partition, String key, byte[] value, DeadLetterReason reason) {
        RecordMetadata at = producing.raw(topic, partition, key, value);
        refusals.add(new Refusal(at.topic(), at.partition(), at.offset(), reason, key, ByteBuffer.wrap(value)));
    }

    private List<Refusal> refused() {
        return TopicContents.read(cluster, Topic.DEAD_LETTERS, DeadLetter.class).stream()
                .map(TopicContents.Entry::value)
                .map(letter -> new Refusal(
                        letter.getTopic(), letter.getPartition(), letter.getOffset(), letter.getReason(),
                        StandardCharsets.UTF_8.decode(letter.getKey().duplicate()).toString(), letter.getValue()))
                .toList();
    }

    private int otherPartition(String key) {
        return (cluster.topics().samplePartition(key) + 1) % cluster.samplePartitions();
    }

    private static Sample sample(String id, Tensor features) {
        return new Sample(id, features, System.currentTimeMillis(), Map.of());
    }

    private static Label label(String id, int classIndex, long ahead) {
        return new Label(id, classIndex, null, "test", System.currentTimeMillis() + ahead);
    }

    private static String id(int index) {
        return "good-" + index;
    }

    private static Tensor oneHot(int index) {
        float[] features = new float[GOOD];
        features[index] = 1;
        return new Tensor(DType.F32, List.of(GOOD), bytes(features));
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
