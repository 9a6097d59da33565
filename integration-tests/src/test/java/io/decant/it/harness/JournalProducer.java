package io.decant.it.harness;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
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
import io.decant.topics.Topic;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Writes a journal of every kind, as the join would: labelled and unlabelled pairs, corrections,
 * gate pairs, now and then a record that cannot be used, and transactions that are aborted.
 * <i>Owned by the test's thread.</i>
 */
public final class JournalProducer implements AutoCloseable {
    /** The students that learn from it: see {@link #trainerSettings}. */
    public static final int INPUTS = 16;

    private static final int CLASSES = 4;
    private static final int PER_TRANSACTION = 40;

    private final ClusterSettings cluster;
    private final Random random;
    private final RecordCodec codec;
    private final Producer<byte[], byte[]> producer;
    private final List<TrainingPair> unlabelled = new ArrayList<>();
    private int next;

    /** The same seed writes the same records. */
    public JournalProducer(ClusterSettings cluster, long seed) {
        this.cluster = cluster;
        random = new Random(seed);
        codec = new RecordCodec(cluster);
        producer =
                new Clients(cluster)
                        .transactionalProducer(
                                "it-journal",
                                cluster.prefix() + "it-journal",
                                Duration.ofSeconds(15),
                                Map.of());
        producer.initTransactions();
    }

    /** Settings of a small student, without a service's name in front. */
    public static List<String> trainerSettings(String model) {
        return List.of(
                "model.name=" + model,
                "model.dims=" + INPUTS + ",12," + CLASSES,
                "model.input.shape=" + INPUTS,
                "predictions.capacity=300");
    }

    /** Writes so many records that stay; more are written and aborted. */
    public void produce(int records) {
        for (int left = records; left > 0; ) {
            boolean abort = random.nextInt(6) == 0;
            int count = abort ? random.nextInt(PER_TRANSACTION) : Math.min(left, PER_TRANSACTION);
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            producer.beginTransaction();
            for (int i = 0; i < count; i++) {
                sent.add(send(abort));
            }
            if (abort) {
                producer.abortTransaction();
            } else {
                // Throws when a send has failed.
                producer.commitTransaction();
                left -= (int) sent.stream().filter(Future::isDone).count();
            }
        }
    }

    private Future<RecordMetadata> send(boolean aborted) {
        TrainingPair pair = aborted ? live(PairKind.LABELLED) : pair();
        byte[] value =
                random.nextInt(100) == 0
                        ? new byte[] {1, 2, 3}
                        : codec.encode(Topic.TRAINING_PAIRS, pair);
        return producer.send(
                new ProducerRecord<>(
                        cluster.topics().name(Topic.TRAINING_PAIRS),
                        cluster.topics().samplePartition(pair.getSampleId()),
                        pair.getSampleId().getBytes(StandardCharsets.UTF_8),
                        value));
    }

    private TrainingPair pair() {
        double dice = random.nextDouble();
        if (dice < 0.25 && !unlabelled.isEmpty()) {
            TrainingPair earlier = unlabelled.remove(random.nextInt(unlabelled.size()));
            return TrainingPair.newBuilder(earlier)
                    .setKind(PairKind.LABEL_CORRECTION)
                    .setSoftTargets(List.of())
                    .setSoftTargetOffsets(List.of())
                    .setLabel(label(earlier.getSampleId()))
                    .build();
        } else if (dice < 0.5) {
            return live(PairKind.LABELLED);
        } else if (dice < 0.55) {
            return live(PairKind.LABEL_ONLY);
        } else if (dice < 0.6) {
            return live(PairKind.GATE);
        }
        TrainingPair pair = live(PairKind.SOFT_ONLY);
        unlabelled.add(pair);
        return pair;
    }

    private TrainingPair live(PairKind kind) {
        String id = "pair-" + next++;
        boolean labelled = kind == PairKind.LABELLED || kind == PairKind.LABEL_ONLY;
        boolean taught = kind == PairKind.LABELLED || kind == PairKind.SOFT_ONLY;
        byte[] features = new byte[INPUTS];
        random.nextBytes(features);
        return TrainingPair.newBuilder()
                .setKind(kind)
                .setSampleId(id)
                .setFeatures(new Tensor(DType.U8, List.of(INPUTS), ByteBuffer.wrap(features)))
                .setSoftTargets(taught ? List.of(answer(id)) : List.of())
                .setSoftTargetOffsets(taught ? List.of((long) next) : List.of())
                .setLabel(labelled ? label(id) : null)
                .setAttributes(Map.of("tenant", next % 2 == 0 ? "even" : "odd"))
                .setSamplePartition(cluster.topics().samplePartition(id))
                .setSampleOffset(next)
                .setEventTimeMillis(1_000L + next)
                .build();
    }

    private Label label(String id) {
        return new Label(id, random.nextInt(CLASSES), null, "test", 1_000L);
    }

    private SoftTarget answer(String id) {
        ByteBuffer logits =
                ByteBuffer.allocate(CLASSES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int c = 0; c < CLASSES; c++) {
            logits.putFloat((float) random.nextGaussian());
        }
        return SoftTarget.newBuilder()
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
                .setSampleOffset(next)
                .setEventTimeMillis(1_000L)
                .build();
    }

    @Override
    public void close() {
        producer.close();
        codec.close();
    }
}
