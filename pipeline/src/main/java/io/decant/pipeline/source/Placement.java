package io.decant.pipeline.source;

import io.decant.pipeline.record.Decoded;
import io.decant.records.DeadLetterReason;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The rule where a sample's records stand: sample, soft targets and label in the same partition
 * number, because a task of the join sees one partition of each topic. <i>Immutable.</i>
 */
public final class Placement {
    private final Topics topics;
    private final SourceSettings.Partitioning partitioning;

    public Placement(Topics topics, SourceSettings.Partitioning partitioning) {
        this.topics = topics;
        this.partitioning = partitioning;
    }

    /**
     * What is wrong with the place of a record of Decant's own topics, whose key is the sample id.
     *
     * @param key null if the record has none
     * @param partition where it was read
     */
    public <T> Optional<Decoded.Bad<T>> keyed(byte[] key, int partition, String sampleId) {
        if (sampleId.isEmpty()) {
            return invalid("the sample id is empty; expected a name that no other sample has");
        }
        if (key == null) {
            return invalid("the record has no key; expected the sample id in UTF-8");
        }
        if (!Arrays.equals(key, sampleId.getBytes(StandardCharsets.UTF_8))) {
            return invalid("the record's key is not the sample id; expected its UTF-8 bytes");
        }
        return inPartition(partition, sampleId);
    }

    /** What is wrong with the partition of a record of this sample; its key does not matter. */
    public <T> Optional<Decoded.Bad<T>> inPartition(int partition, String sampleId) {
        if (partitioning == SourceSettings.Partitioning.AS_IS) {
            return Optional.empty();
        }
        int expected = topics.samplePartition(sampleId);
        return expected == partition
                ? Optional.empty()
                : Optional.of(
                        new Decoded.Bad<>(
                                DeadLetterReason.WRONG_PARTITION,
                                "the sample id belongs in partition "
                                        + expected
                                        + " of "
                                        + topics.samplePartitions()
                                        + " by murmur2, the record is in partition "
                                        + partition
                                        + "; producers on librdkafka need partitioner=murmur2_random"));
    }

    private static <T> Optional<Decoded.Bad<T>> invalid(String detail) {
        return Optional.of(new Decoded.Bad<>(DeadLetterReason.INVALID_VALUE, detail));
    }
}
