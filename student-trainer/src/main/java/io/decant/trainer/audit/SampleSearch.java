package io.decant.trainer.audit;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Label;
import io.decant.records.Lineage;
import io.decant.records.PairKind;
import io.decant.records.SoftTarget;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.journal.Reading;
import io.decant.trainer.learn.GateShare;
import io.decant.trainer.learn.Pair;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks for one sample's records in the journal. Only the partition that the sample's id belongs to
 * is read. <i>Owned by one thread.</i>
 */
public final class SampleSearch {
    private static final Duration POLL = Duration.ofMillis(200);

    private final ClusterSettings cluster;
    private final LineageIndex index;
    private final InstantSource clock;
    private final Duration patience;

    /**
     * Searches for one model.
     *
     * @param index of the model's lineage
     * @param patience longest wait without a record
     */
    public SampleSearch(
            ClusterSettings cluster, LineageIndex index, InstantSource clock, Duration patience) {
        this.cluster = cluster;
        this.index = index;
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * What the journal has of a sample.
     *
     * @param partition that the sample's records are in
     * @param beginning offset of the oldest record that the partition still has
     * @param traces in the order of their offsets
     */
    public record Found(int partition, long beginning, List<Trace> traces) {
        public Found {
            traces = List.copyOf(traces);
        }
    }

    /**
     * Reads the sample's partition to its end.
     *
     * @throws KafkaException when the cluster does not answer
     */
    public Found find(String sampleId) {
        int partition = cluster.topics().samplePartition(sampleId);
        TopicPartition journal =
                new TopicPartition(cluster.topics().name(Topic.TRAINING_PAIRS), partition);
        byte[] key = sampleId.getBytes(StandardCharsets.UTF_8);
        List<Trace> traces = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer =
                        new Clients(cluster).consumer("cli-blame", Clients.BULK_FETCH);
                RecordCodec codec = new RecordCodec(cluster)) {
            consumer.assign(List.of(journal));
            consumer.seekToBeginning(List.of(journal));
            long beginning = consumer.position(journal);
            long end = consumer.endOffsets(List.of(journal)).get(journal);
            Instant giveUp = clock.instant().plus(patience);
            while (consumer.position(journal) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    giveUp = clock.instant().plus(patience);
                    if (Arrays.equals(record.key(), key)) {
                        traces.add(trace(record, codec));
                    }
                }
                if (clock.instant().isAfter(giveUp)) {
                    throw new KafkaException(
                            journal
                                    + " could be read to offset "
                                    + consumer.position(journal)
                                    + " only, expected "
                                    + end
                                    + "; is the broker slow?");
                }
            }
            return new Found(partition, beginning, traces);
        }
    }

    private Trace trace(ConsumerRecord<byte[], byte[]> record, RecordCodec codec) {
        Placement placement = index.of(record.partition(), record.offset());
        Trace.Use use =
                placement instanceof Placement.InVersion in
                        ? use(record.value(), index.lineage(in.version()).orElseThrow(), codec)
                        : new Trace.Use.Untouched();
        Decoded<TrainingPair> decoded =
                codec.decode(Topic.TRAINING_PAIRS, record.value(), TrainingPair.class);
        if (decoded instanceof Decoded.Good<TrainingPair> good) {
            TrainingPair pair = good.value();
            return new Trace(
                    record.offset(),
                    record.timestamp(),
                    pair.getKind().name(),
                    pair.getSoftTargets().stream().map(SoftTarget::getTeacherId).toList(),
                    text(pair.getLabel()),
                    placement,
                    use);
        }
        return new Trace(record.offset(), record.timestamp(), "", List.of(), "", placement, use);
    }

    private static String text(Label label) {
        if (label == null) {
            return "";
        }
        return label.getClassIndex() != null
                ? "class " + label.getClassIndex()
                : "distribution " + label.getDistribution();
    }

    /** Reads the record as the version did: with its specification, seed and filter. */
    private Trace.Use use(byte[] value, Lineage version, RecordCodec codec) {
        Map<String, String> bits = version.getConfiguration();
        TrainerConfig config = TrainerConfig.of(cluster, bits);
        Reading reading = config.pairs(codec, version.getSeed()).read(value);
        if (reading instanceof Reading.Usable usable) {
            Pair pair = usable.pair();
            boolean heldOut =
                    pair.kind() == PairKind.GATE
                            || GateShare.of(config.gate(), version.getSeed()).holds(pair);
            return heldOut
                    ? new Trace.Use.HeldOut()
                    : new Trace.Use.Learned(pair.teacher().isPresent(), pair.label().isPresent());
        } else if (reading instanceof Reading.LeftOut leftOut) {
            return config.filter().excludes(leftOut.sampleId())
                    ? new Trace.Use.Excluded()
                    : new Trace.Use.FilteredOut();
        }
        return new Trace.Use.Refused(((Reading.Refused) reading).detail());
    }
}
