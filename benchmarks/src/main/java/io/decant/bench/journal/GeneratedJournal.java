package io.decant.bench.journal;

import io.decant.bench.cluster.Feed;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.DType;
import io.decant.records.Encoding;
import io.decant.records.Label;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.Prefix8;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;

/**
 * Training pairs of 784 bytes and 10 classes, as a join would have written them. <i>Thread-safe:
 * all methods are pure.</i>
 */
public final class GeneratedJournal {
    public static final int INPUTS = 784;
    public static final int CLASSES = 10;

    private GeneratedJournal() {}

    /** Settings of a student that learns from it, without a service's name in front. */
    public static List<String> trainerSettings(String model, boolean shadow) {
        return List.of(
                "model.name=" + model,
                "model.input.shape=" + INPUTS,
                "shadow=" + shadow,
                // Trust measures the teacher by the shadow.
                "trust.enabled=" + shadow);
    }

    /** Produces so many labelled pairs and returns when the broker has them all. */
    public static void produce(ClusterSettings cluster, int pairs, long seed) {
        Random random = new Random(seed);
        try (Feed feed = new Feed(cluster)) {
            for (int i = 0; i < pairs; i++) {
                String id = "b-" + i;
                feed.send(Topic.TRAINING_PAIRS, id, System.currentTimeMillis(), pair(id, random));
            }
        }
    }

    private static TrainingPair pair(String id, Random random) {
        int label = random.nextInt(CLASSES);
        return TrainingPair.newBuilder()
                .setKind(PairKind.LABELLED)
                .setSampleId(id)
                .setFeatures(
                        new Tensor(
                                DType.U8,
                                List.of(INPUTS),
                                ByteBuffer.wrap(features(label, random))))
                .setSoftTargets(List.of(answer(id, label, random)))
                .setLabel(new Label(id, label, null, "bench", 1L))
                .setSamplePartition(0)
                .setSampleOffset(0)
                .setEventTimeMillis(1)
                .build();
    }

    /**
     * A tenth of the pixels of each class is bright, under noise, so that there is something to
     * learn.
     */
    public static byte[] features(int label, Random random) {
        byte[] features = new byte[INPUTS];
        for (int i = 0; i < INPUTS; i++) {
            features[i] = (byte) (random.nextInt(100) + (i % CLASSES == label ? 120 : 0));
        }
        return features;
    }

    private static SoftTarget answer(String id, int label, Random random) {
        ByteBuffer logits =
                ByteBuffer.allocate(CLASSES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int c = 0; c < CLASSES; c++) {
            logits.putFloat((float) (random.nextGaussian() + (c == label ? 6 : 0)) / 3);
        }
        return SoftTarget.newBuilder()
                .setSampleId(id)
                .setTeacherId("bench")
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
    }
}
