package io.decant.it.harness;

import io.decant.model.checkpoint.ErrorFeedback;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.StepSettings;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.DType;
import io.decant.records.Encoding;
import io.decant.records.Label;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.Prefix8;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import io.decant.records.TrainingPair;
import io.decant.serde.testing.FakeRegistry;
import io.decant.topics.Topic;
import io.decant.trainer.journal.PairCheck;
import io.decant.trainer.journal.Reading;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.LearningSettings;
import io.decant.trainer.learn.Pair;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.learn.TeacherSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Learns encoded journal records for very long, as a trainer does between polls: decode, check,
 * take, step, and now and then a snapshot. A process of its own, so that nothing else grows in it.
 * <i>Owned by the main thread.</i>
 */
public final class LearningProcess {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int INPUTS = 16;
    private static final int CLASSES = 4;
    private static final int RECORDS = 512;
    private static final int PAIRS_PER_STEP = 8;
    private static final int STEPS_PER_SNAPSHOT = 500;

    private final RecordCodec codec;
    private final PairCheck check;
    private final Learner learner;
    private final List<byte[]> records;
    private long taken;

    private LearningProcess(RecordCodec codec) {
        this.codec = codec;
        ModelSpec spec =
                ModelSpec.mlp(
                        List.of(INPUTS, 32, CLASSES),
                        new InputSpec(
                                io.decant.model.spec.DType.U8,
                                List.of(INPUTS),
                                1 / 255.0,
                                0.5,
                                0.3));
        check =
                new PairCheck(
                        spec,
                        StepSettings.defaults().temperature(),
                        1,
                        TeacherSettings.EQUAL,
                        List.of());
        learner =
                Learner.genesis(
                        new LearningSettings(
                                spec,
                                StepSettings.defaults(),
                                0.7,
                                true,
                                LearningSettings.Initial.UNIFORM,
                                1,
                                1000,
                                ErrorFeedback.DEFAULT),
                        PredictionListener.NONE);
        Random random = new Random(1);
        records = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            records.add(codec.encode(Topic.TRAINING_PAIRS, pair("sample-" + i, i % 3 > 0, random)));
        }
    }

    /** Whether this system tells how much memory a process has. */
    public static boolean canMeasure() {
        return Files.isReadable(STATUS);
    }

    /**
     * Arguments: steps of warm-up, steps. Prints for both: steps done, resident kilobytes, tensors
     * held.
     */
    public static void main(String[] arguments) throws IOException {
        try (FakeRegistry registry = FakeRegistry.start();
                RecordCodec codec =
                        new RecordCodec(ClusterSettings.of("unused:9092", registry.url()))) {
            LearningProcess process = new LearningProcess(codec);
            for (String steps : arguments) {
                process.learn(Integer.parseInt(steps));
                System.out.println(
                        "result "
                                + process.learner.counters().steps()
                                + " "
                                + residentKilobytes()
                                + " "
                                + process.learner.heldTensors());
            }
            process.learner.close();
        }
    }

    private void learn(int steps) {
        for (int step = 1; step <= steps; step++) {
            for (int i = 0; i < PAIRS_PER_STEP; i++) {
                learner.take(next());
            }
            learner.learnOpen();
            if (step % STEPS_PER_SNAPSHOT == 0) {
                learner.endVersion(
                        false,
                        new LearnerState.Header(
                                "student", step, "topic", List.of(taken), Map.of()));
            }
        }
    }

    private Pair next() {
        byte[] record = records.get((int) (taken++ % RECORDS));
        if (codec.decode(Topic.TRAINING_PAIRS, record, TrainingPair.class)
                        instanceof Decoded.Good<TrainingPair> decoded
                && check.check(decoded.value()) instanceof Reading.Usable usable) {
            return usable.pair();
        }
        throw new IllegalStateException("a record that this process made cannot be learned");
    }

    private static TrainingPair pair(String id, boolean labelled, Random random) {
        byte[] features = new byte[INPUTS];
        random.nextBytes(features);
        ByteBuffer logits =
                ByteBuffer.allocate(CLASSES * Float.BYTES).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        for (int c = 0; c < CLASSES; c++) {
            logits.putFloat((float) random.nextGaussian());
        }
        SoftTarget answer =
                SoftTarget.newBuilder()
                        .setSampleId(id)
                        .setTeacherId("teacher")
                        .setTeacherVersion(new Prefix8(new byte[8]))
                        .setOutcome(Outcome.SCORED)
                        .setClassCount(CLASSES)
                        .setTemperature(3)
                        .setEncoding(Encoding.F32)
                        .setPayload(logits.flip())
                        .setFeatureHash(new Prefix8(new byte[8]))
                        .setSamplePartition(0)
                        .setSampleOffset(0)
                        .setEventTimeMillis(1)
                        .build();
        return TrainingPair.newBuilder()
                .setKind(labelled ? PairKind.LABELLED : PairKind.SOFT_ONLY)
                .setSampleId(id)
                .setFeatures(new Tensor(DType.U8, List.of(INPUTS), ByteBuffer.wrap(features)))
                .setSoftTargets(List.of(answer))
                .setLabel(
                        labelled ? new Label(id, random.nextInt(CLASSES), null, "test", 1L) : null)
                .setSamplePartition(0)
                .setSampleOffset(0)
                .setEventTimeMillis(1)
                .build();
    }

    private static long residentKilobytes() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}
