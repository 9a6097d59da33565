package io.decant.topics;

import io.decant.records.Alias;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.DeadLetter;
import io.decant.records.GatewayStatus;
import io.decant.records.Label;
import io.decant.records.Lineage;
import io.decant.records.MetricPoint;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.TeacherCard;
import io.decant.records.TrainerStateChunk;
import io.decant.records.TrainingPair;
import io.decant.records.TrustedRecords;
import io.decant.records.WeightsChunk;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * The topic contract: every topic of a Decant installation, with its key, its records, and how the
 * broker must keep it. It creates topics, it checks them at start, and {@code docs/topics.md} is
 * written from it. <i>Immutable.</i>
 */
public enum Topic {
    SAMPLES(
            "samples",
            "The live inputs, as their producers saw them.",
            "sample id",
            Partitioning.BY_SAMPLE,
            Cleanup.delete(Duration.ofDays(1)),
            List.of(Sample.class)),
    SOFT_TARGETS(
            "soft-targets",
            "The teachers' answers, without features, each in its sample's own partition.",
            "sample id",
            Partitioning.BY_SAMPLE,
            Cleanup.delete(Duration.ofDays(7)),
            List.of(SoftTarget.class)),
    LABELS(
            "labels",
            "What samples really were; may come before the sample, after it, or never.",
            "sample id",
            Partitioning.BY_SAMPLE,
            Cleanup.delete(Duration.ofDays(7)),
            List.of(Label.class)),
    TRAINING_PAIRS(
            "training-pairs",
            "The training journal: the only input of training and of replay.",
            "sample id",
            Partitioning.BY_SAMPLE,
            Cleanup.delete(Duration.ofDays(30)),
            List.of(TrainingPair.class)),
    MODEL_REGISTRY(
            "model-registry",
            "What gateways follow: manifests of versions, aliases, and the cards of teachers.",
            "<model>/<version>, <model>/@live, teacher/<id>",
            Partitioning.BY_MODEL,
            Cleanup.compact(),
            List.of(CheckpointManifest.class, Alias.class, TeacherCard.class)),
    MODEL_WEIGHTS(
            "model-weights",
            "The weights of versions in chunks; a manifest says where its chunks are.",
            "<model>/<version>/<form>/<part>",
            Partitioning.BY_MODEL,
            Cleanup.compact(),
            List.of(WeightsChunk.class)),
    TRAINER_STATE(
            "trainer-state",
            "All that a trainer needs to go on learning bit for bit.",
            "<model>/<slot>/<part>",
            Partitioning.BY_MODEL,
            Cleanup.compact(),
            List.of(TrainerStateChunk.class)),
    LINEAGE(
            "lineage",
            "How each version came to be; kept longer than the journal.",
            "<model>/<version>",
            Partitioning.BY_MODEL,
            Cleanup.delete(Duration.ofDays(37)),
            List.of(Lineage.class)),
    CONTROL(
            "control",
            "Operators' orders.",
            "<model>/@override, <model>/@pin/<version>, <service>/pause",
            Partitioning.BY_MODEL,
            Cleanup.compact(),
            List.of(Control.class)),
    TRAINING_METRICS(
            "training-metrics",
            "Metrics of every service.",
            "model",
            Partitioning.BY_MODEL,
            Cleanup.delete(Duration.ofDays(7)),
            List.of(MetricPoint.class)),
    GATEWAY_STATUS(
            "gateway-status",
            "What each gateway serves, and its verdict on the last candidate.",
            "gateway id",
            Partitioning.BY_MODEL,
            Cleanup.compact(),
            List.of(GatewayStatus.class)),
    DEAD_LETTERS(
            "dead-letters",
            "Records that could not be used, with the reason.",
            "the refused record's key",
            Partitioning.BY_SAMPLE,
            Cleanup.delete(Duration.ofDays(14)),
            List.of(DeadLetter.class));

    static {
        // Whoever handles a topic handles its records.
        TrustedRecords.load();
    }

    /** Which number of partitions a topic has, and what chooses the partition of a record. */
    public enum Partitioning {
        /** Murmur2 of the sample id; all such topics have the same number of partitions. */
        BY_SAMPLE,
        /** Murmur2 of the model's name, set explicitly by every writer. */
        BY_MODEL
    }

    /**
     * How the broker forgets records.
     *
     * @param retention how long records are kept; empty = compacted, the last record of each key
     *     stays
     */
    public record Cleanup(Optional<Duration> retention) {
        static Cleanup delete(Duration retention) {
            return new Cleanup(Optional.of(retention));
        }

        static Cleanup compact() {
            return new Cleanup(Optional.empty());
        }

        /** Kafka's word for it: {@code delete} or {@code compact}. */
        public String policy() {
            return retention.isPresent() ? "delete" : "compact";
        }
    }

    private final String suffix;
    private final String purpose;
    private final String key;
    private final Partitioning partitioning;
    private final Cleanup cleanup;
    private final List<Class<? extends SpecificRecord>> records;

    Topic(
            String suffix,
            String purpose,
            String key,
            Partitioning partitioning,
            Cleanup cleanup,
            List<Class<? extends SpecificRecord>> records) {
        this.suffix = suffix;
        this.purpose = purpose;
        this.key = key;
        this.partitioning = partitioning;
        this.cleanup = cleanup;
        this.records = records;
    }

    /** The topic's name after the installation's prefix. */
    public String suffix() {
        return suffix;
    }

    /** What the topic is for; one sentence. */
    public String purpose() {
        return purpose;
    }

    /** What the record key is, in words. */
    public String key() {
        return key;
    }

    public Partitioning partitioning() {
        return partitioning;
    }

    public Cleanup cleanup() {
        return cleanup;
    }

    /**
     * The records that the topic holds; with more than one, subjects are named {@code
     * <topic>-<record>}.
     */
    public List<Class<? extends SpecificRecord>> records() {
        return records;
    }
}
