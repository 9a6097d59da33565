package io.decant.it.harness;

import io.decant.dataset.IdxSplit;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.kafka.Sends;
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
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes a data set straight into the journal, in its order, with a teacher that knows the labels.
 * Every fifth sample is a gate pair with its true label, whatever the others teach. <i>Owned by the
 * test's thread.</i>
 */
public final class DatasetJournal implements AutoCloseable {
    private static final int CLASSES = 10;
    private static final int GATE_EVERY = 5;

    /** Logit of the class that the teacher is sure of; the others have 0. */
    private static final float SURE = 9;

    private final ClusterSettings cluster;
    private final IdxSplit samples;
    private final RecordCodec codec;
    private final Producer<byte[], byte[]> producer;
    private final Sends sends = new Sends();
    private int next;

    public DatasetJournal(ClusterSettings cluster, IdxSplit samples) {
        this.cluster = cluster;
        this.samples = samples;
        codec = new RecordCodec(cluster);
        producer = new Clients(cluster).producer("it-dataset", Map.of("linger.ms", 5));
    }

    /** The next samples, with their labels. */
    public void honest(int count) {
        produce(count, SURE, label -> true);
    }

    /** The next samples, of which those of one class are left out. */
    public void without(int missing, int count) {
        produce(count, SURE, label -> label != missing);
    }

    /** The next samples, with a teacher who says what they are not: the loss has the other sign. */
    public void inverted(int count) {
        produce(count, -SURE, label -> true);
    }

    private void produce(int count, float logit, IntPredicate taught) {
        for (int i = 0; i < count; i++, next++) {
            boolean gate = next % GATE_EVERY == 0;
            if (gate || taught.test(samples.label(next))) {
                send(pair(gate, logit));
            }
        }
        producer.flush();
        sends.check();
    }

    private TrainingPair pair(boolean gate, float logit) {
        String id = "sample-" + next;
        boolean labelled = gate || logit > 0;
        return TrainingPair.newBuilder()
                .setKind(gate ? PairKind.GATE : labelled ? PairKind.LABELLED : PairKind.SOFT_ONLY)
                .setSampleId(id)
                .setFeatures(
                        new Tensor(
                                DType.U8, samples.shape(), ByteBuffer.wrap(samples.sample(next))))
                .setSoftTargets(gate ? List.of() : List.of(answer(id, logit)))
                .setSoftTargetOffsets(gate ? List.of() : List.of((long) next))
                .setLabel(
                        labelled ? new Label(id, samples.label(next), null, "test", 1_000L) : null)
                .setSamplePartition(cluster.topics().samplePartition(id))
                .setSampleOffset(next)
                .setEventTimeMillis(1_000L + next)
                .build();
    }

    private SoftTarget answer(String id, float logit) {
        ByteBuffer logits =
                ByteBuffer.allocate(CLASSES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        logits.putFloat(samples.label(next) * Float.BYTES, logit);
        return SoftTarget.newBuilder()
                .setSampleId(id)
                .setTeacherId("teacher")
                .setTeacherVersion(new Prefix8(new byte[8]))
                .setOutcome(Outcome.SCORED)
                .setClassCount(CLASSES)
                .setTemperature(1)
                .setEncoding(Encoding.F32)
                .setPayload(logits)
                .setFeatureHash(new Prefix8(new byte[8]))
                .setSamplePartition(0)
                .setSampleOffset(next)
                .setEventTimeMillis(1_000L)
                .build();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of every failure.
    private void send(TrainingPair pair) {
        producer.send(
                new ProducerRecord<>(
                        cluster.topics().name(Topic.TRAINING_PAIRS),
                        cluster.topics().samplePartition(pair.getSampleId()),
                        pair.getSampleId().getBytes(StandardCharsets.UTF_8),
                        codec.encode(Topic.TRAINING_PAIRS, pair)),
                sends);
    }

    @Override
    public void close() {
        producer.close();
        codec.close();
    }
}
