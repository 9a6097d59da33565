package io.decant.bench.trainer;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.kafka.Sends;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.record.SoftTargetPayload;
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
import io.decant.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Fills a journal with labelled pairs of the usual size: 784 bytes of features, 10 classes.
 * <i>Thread-safe.</i>
 */
public final class JournalFeed {
    public static final int INPUTS = 784;
    public static final int CLASSES = 10;

    private JournalFeed() {}

    /** Settings of the student that learns from it, without a service's name in front. */
    public static List<String> trainerSettings(String model, boolean shadow) {
        return List.of(
                "model.name=" + model,
                "model.dims=" + INPUTS + ",128," + CLASSES,
                "model.input.shape=" + INPUTS,
                "model.input.mean=0.5",
                "model.input.sd=0.3",
                "shadow=" + shadow);
    }

    /** Writes so many pairs and returns when the broker has them all. */
    public static void fill(ClusterSettings cluster, int pairs) {
        Topics topics = cluster.topics();
        Random random = new Random(1);
        Sends sends = new Sends();
        try (RecordCodec codec = new RecordCodec(cluster);
                Producer<byte[], byte[]> producer =
                        new Clients(cluster).producer("bench-journal", Map.of("linger.ms", 20))) {
            for (int i = 0; i < pairs; i++) {
                TrainingPair pair = pair("b-" + i, random);
                producer.send(
                        new ProducerRecord<>(
                                topics.name(Topic.TRAINING_PAIRS),
                                topics.samplePartition(pair.getSampleId()),
                                pair.getSampleId().getBytes(StandardCharsets.UTF_8),
                                codec.encode(Topic.TRAINING_PAIRS, pair)),
                        sends);
                sends.check();
            }
            producer.flush();
            sends.check();
        }
    }

    private static TrainingPair pair(String id, Random random) {
        byte[] features = new byte[INPUTS];
        random.nextBytes(features);
        float[] logits = new float[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            logits[c] = (float) random.nextGaussian();
        }
        SoftTarget answer =
                SoftTarget.newBuilder()
                        .setSampleId(id)
                        .setTeacherId("teacher")
                        .setTeacherVersion(new Prefix8(new byte[8]))
                        .setOutcome(Outcome.SCORED)
                        .setClassCount(CLASSES)
                        .setTemperature(3)
                        .setEncoding(Encoding.I8)
                        .setPayload(ByteBuffer.wrap(SoftTargetPayload.encode(logits, Encoding.I8)))
                        .setFeatureHash(new Prefix8(new byte[8]))
                        .setSamplePartition(0)
                        .setSampleOffset(0)
                        .setEventTimeMillis(1)
                        .build();
        return TrainingPair.newBuilder()
                .setKind(PairKind.LABELLED)
                .setSampleId(id)
                .setFeatures(new Tensor(DType.U8, List.of(INPUTS), ByteBuffer.wrap(features)))
                .setSoftTargets(List.of(answer))
                .setLabel(new Label(id, random.nextInt(CLASSES), null, "bench", 1L))
                .setSamplePartition(0)
                .setSampleOffset(0)
                .setSoftTargetOffsets(List.of(0L))
                .setEventTimeMillis(1)
                .build();
    }
}
