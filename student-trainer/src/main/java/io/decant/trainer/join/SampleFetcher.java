package io.decant.trainer.join;

import io.decant.pipeline.source.SourceRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads single samples by offset, beside the stream that feeds the cache: for late labels and after
 * a restart. Its consumer is assigned, never in a group, and made at the first fetch. A fetch takes
 * the following samples along, because late labels mostly come in their samples' order. <i>Owned by
 * one thread.</i>
 */
final class SampleFetcher implements AutoCloseable {
    /** One wait for the broker; the whole fetch has its own limit. */
    private static final Duration POLL = Duration.ofMillis(100);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final String topic;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private Consumer<byte[], byte[]> consumer;

    /** What stands at an offset. */
    sealed interface Fetched {
        /** A record. */
        record Found(SourceRecord record) implements Fetched {}

        /** Before the start of the partition's log: retention has removed it. */
        record Gone() implements Fetched {}

        /** Inside or after the log, but no record that was committed. */
        record Nothing() implements Fetched {}
    }

    /**
     * @param consumers makes a read_committed consumer with {@code auto.offset.reset=none}
     * @param topic the samples topic
     * @param timeout longest wait of one fetch
     */
    SampleFetcher(
            Supplier<Consumer<byte[], byte[]>> consumers,
            String topic,
            Duration timeout,
            LongSupplier nanoTime) {
        this.consumers = consumers;
        this.topic = topic;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
    }

    /**
     * Fetches one sample.
     *
     * @param neighbours takes offset and record of what came along, the wanted sample too
     * @throws TimeoutException if the broker does not answer within the limit
     */
    Fetched fetch(Position at, BiConsumer<Long, SourceRecord> neighbours) {
        TopicPartition partition = new TopicPartition(topic, at.partition());
        long deadline = nanoTime.getAsLong() + timeout.toNanos();
        seek(partition, at.offset());
        do {
            ConsumerRecords<byte[], byte[]> page;
            try {
                page = consumer.poll(POLL);
            } catch (OffsetOutOfRangeException outside) {
                return outside(partition, at.offset()).orElseGet(Fetched.Nothing::new);
            }
            if (!page.isEmpty()) {
                return first(page, at, neighbours);
            }
            Optional<Fetched> outside = outside(partition, at.offset());
            if (outside.isPresent()) {
                return outside.get();
            }
        } while (nanoTime.getAsLong() < deadline);
        throw new TimeoutException(
                "sample "
                        + partition
                        + "@"
                        + at.offset()
                        + " could not be fetched within "
                        + timeout.toMillis()
                        + " ms; is the broker reachable?");
    }

    private void seek(TopicPartition partition, long offset) {
        if (consumer == null) {
            consumer = consumers.get();
        }
        if (!consumer.assignment().contains(partition)) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, offset);
        } else if (consumer.position(partition, timeout) != offset) {
            // Where the last page ended, the next one may be on its way already: not disturbed.
            consumer.seek(partition, offset);
        }
    }

    private static Fetched first(
            ConsumerRecords<byte[], byte[]> page,
            Position at,
            BiConsumer<Long, SourceRecord> neighbours) {
        for (ConsumerRecord<byte[], byte[]> record : page) {
            if (record.value() != null) {
                neighbours.accept(record.offset(), SourceRecord.of(record));
            }
        }
        ConsumerRecord<byte[], byte[]> first = page.iterator().next();
        return first.offset() == at.offset()
                ? new Fetched.Found(SourceRecord.of(first))
                : new Fetched.Nothing();
    }

    private Optional<Fetched> outside(TopicPartition partition, long offset) {
        if (offset < consumer.beginningOffsets(List.of(partition), timeout).get(partition)) {
            return Optional.of(new Fetched.Gone());
        }
        return offset >= consumer.endOffsets(List.of(partition), timeout).get(partition)
                ? Optional.of(new Fetched.Nothing())
                : Optional.empty();
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
            consumer = null;
        }
    }
}
