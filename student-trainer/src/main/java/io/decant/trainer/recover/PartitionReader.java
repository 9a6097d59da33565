package io.decant.trainer.recover;

import io.decant.pipeline.stage.ForwardClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads committed records of one stretch of one partition. <i>Owned by one thread.</i> */
public final class PartitionReader {
    private static final Duration POLL = Duration.ofMillis(200);

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final InstantSource waits;
    private final Duration patience;

    /**
     * Uses a consumer that is read_committed and subscribed to nothing.
     *
     * @param patience longest wait; above the transaction timeout, because an open transaction
     *     holds readers back
     */
    public PartitionReader(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            InstantSource clock,
            Duration patience) {
        this.consumer = consumer;
        this.waits = new ForwardClock(clock);
        this.patience = patience;
    }

    /**
     * Hands every committed record with {@code from <= offset < to} over, in order, and returns
     * when all before {@code to} is decided: no open transaction is skipped.
     */
    public void read(
            TopicPartition partition,
            long from,
            long to,
            Consumer<ConsumerRecord<byte[], byte[]>> each) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        read(partition, to, each);
    }

    /** As {@link #read(TopicPartition, long, long, Consumer)}, from the oldest record on. */
    public void readFromStart(
            TopicPartition partition, long to, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        read(partition, to, each);
    }

    private void read(
            TopicPartition partition, long to, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Instant end = waits.instant().plus(patience);
        while (consumer.position(partition) < to) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < to) {
                    each.accept(record);
                }
            }
            if (waits.instant().isAfter(end) && consumer.position(partition) < to) {
                throw new KafkaException(
                        partition
                                + " could be read to offset "
                                + consumer.position(partition)
                                + " only, expected "
                                + to
                                + ", in "
                                + patience.toSeconds()
                                + " s: a transaction is still open there, or the broker is slow; see recovery.patience");
            }
        }
    }
}
