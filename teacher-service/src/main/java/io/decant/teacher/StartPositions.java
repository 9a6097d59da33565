package io.decant.teacher;

import io.decant.teacher.commit.OpenWork;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Where reading begins in partitions that the group has given us, or begins again after a failure.
 * <i>Owned by the stage's thread.</i>
 */
final class StartPositions {
    private final Consumer<byte[], byte[]> consumer;
    private final TeacherConfig.StartPosition first;
    private final OpenWork open;
    private final InstantSource clock;

    /**
     * Positions of one consumer.
     *
     * @param first where the group begins in a partition that it has never committed
     * @param open commits such a beginning, so that it stays the beginning
     */
    StartPositions(
            Consumer<byte[], byte[]> consumer,
            TeacherConfig.StartPosition first,
            OpenWork open,
            InstantSource clock) {
        this.consumer = consumer;
        this.first = first;
        this.open = open;
        this.clock = clock;
    }

    /** Goes to the committed offsets. */
    void seek(Set<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions);
        Set<TopicPartition> fresh = new HashSet<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            if (offset == null) {
                fresh.add(partition);
            } else {
                consumer.seek(partition, offset);
            }
        }
        if (!fresh.isEmpty()) {
            begin(fresh);
        }
    }

    private void begin(Set<TopicPartition> fresh) {
        Map<TopicPartition, Long> starts =
                first == TeacherConfig.StartPosition.EARLIEST
                        ? consumer.beginningOffsets(fresh)
                        : consumer.endOffsets(fresh);
        long now = clock.millis();
        starts.forEach(
                (partition, offset) -> {
                    consumer.seek(partition, offset);
                    open.beginAt(partition.partition(), offset, now);
                });
    }
}
