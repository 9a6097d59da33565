package io.decant.topics;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;

/**
 * The topics of one installation: names, partition counts, and the rule that sends a key to a
 * partition. <i>Immutable.</i>
 *
 * @param prefix what every name begins with, for example {@code decant.}
 * @param samplePartitions partitions of each topic keyed by sample; at least 1; never changed once
 *     created
 * @param modelPartitions partitions of each topic keyed by model; at least 1; never changed once
 *     created
 */
public record Topics(String prefix, int samplePartitions, int modelPartitions) {
    /** Prefix {@code decant.}, four partitions of each kind. */
    public static final Topics DEFAULT = new Topics("decant.", 4, 4);

    public Topics {
        if (!prefix.matches("[a-zA-Z0-9._-]{0,100}")) {
            throw new IllegalArgumentException(
                    "a topic prefix must be at most 100 letters, digits, dots, underscores or hyphens, was '"
                            + prefix
                            + "'");
        }
        if (samplePartitions < 1 || modelPartitions < 1) {
            throw new IllegalArgumentException(
                    "a topic must have at least 1 partition, was "
                            + samplePartitions
                            + " and "
                            + modelPartitions);
        }
    }

    public String name(Topic topic) {
        return prefix + topic.suffix();
    }

    public int partitions(Topic topic) {
        return topic.partitioning() == Topic.Partitioning.BY_SAMPLE
                ? samplePartitions
                : modelPartitions;
    }

    /** The partition that a sample's records belong to. */
    public int samplePartition(String sampleId) {
        return partition(sampleId, samplePartitions);
    }

    /** The partition that a model's records belong to, in every topic keyed by model. */
    public int modelPartition(String model) {
        return partition(model, modelPartitions);
    }

    /** Murmur2 of the key's UTF-8 bytes, as Kafka's Java client partitions. */
    private static int partition(String key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    /** The broker's settings for a topic. */
    public Map<String, String> configuration(Topic topic) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("cleanup.policy", topic.cleanup().policy());
        topic.cleanup()
                .retention()
                .ifPresentOrElse(
                        retention ->
                                settings.put("retention.ms", Long.toString(retention.toMillis())),
                        () -> {
                            // Small segments and an eager cleaner: a version a second must not fill
                            // the disk.
                            settings.put("segment.bytes", Integer.toString(8 << 20));
                            settings.put("min.cleanable.dirty.ratio", "0.1");
                            settings.put("max.compaction.lag.ms", "60000");
                        });
        return settings;
    }
}
