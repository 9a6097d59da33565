package io.decant.teacher.commit;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far one topic's partitions have been read since the last commit. <i>Owned by one thread.</i>
 */
public final class Passed {
    private static final long NOTHING = -1;

    private final String topic;
    private final long[] next;
    private boolean empty = true;

    /** Nothing read of a topic with so many partitions. */
    public Passed(String topic, int partitions) {
        this.topic = topic;
        this.next = new long[partitions];
        clear();
    }

    /** The group will go on from this offset, whether or not a record stands before it. */
    public void resumeAt(int partition, long offset) {
        next[partition] = offset;
        empty = false;
    }

    /** A record was read, and what becomes of it is part of the open transaction. */
    public void record(int partition, long offset) {
        resumeAt(partition, offset + 1);
    }

    public boolean isEmpty() {
        return empty;
    }

    /** What to commit: for each partition read, the offset to go on from. */
    public Map<TopicPartition, OffsetAndMetadata> offsets() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (int partition = 0; partition < next.length; partition++) {
            if (next[partition] != NOTHING) {
                offsets.put(
                        new TopicPartition(topic, partition),
                        new OffsetAndMetadata(next[partition]));
            }
        }
        return offsets;
    }

    /** Forgets everything: it was committed, or will be read again. */
    public void clear() {
        Arrays.fill(next, NOTHING);
        empty = true;
    }
}
