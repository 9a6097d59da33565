package io.decant.teacher;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * Kafka's mock consumer over a log that can be read again after a seek, with the committed offsets
 * of the mock producers. <i>Owned by one thread.</i>
 */
final class ReplayingConsumer extends MockConsumer<byte[], byte[]> {
    private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
    private final Supplier<Map<TopicPartition, OffsetAndMetadata>> committed;
    private Runnable rebalance = () -> {};

    ReplayingConsumer(Supplier<Map<TopicPartition, OffsetAndMetadata>> committed) {
        super("none");
        this.committed = committed;
    }

    /** Appends a record; returns its offset. */
    long append(TopicPartition to, long timestamp, byte[] key, byte[] value) {
        long offset = log.stream().filter(r -> r.partition() == to.partition()).count();
        log.add(
                new ConsumerRecord<>(
                        to.topic(),
                        to.partition(),
                        offset,
                        timestamp,
                        TimestampType.CREATE_TIME,
                        key.length,
                        value.length,
                        key,
                        value,
                        new RecordHeaders(),
                        Optional.empty()));
        updateEndOffsets(Map.of(to, offset + 1));
        return offset;
    }

    /** The group gives these partitions to the member in its next poll, and no others. */
    void rebalanceInNextPoll(List<TopicPartition> partitions) {
        rebalance = () -> rebalance(partitions);
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        Runnable now = rebalance;
        rebalance = () -> {};
        now.run();
        log.stream()
                .filter(r -> assignment().contains(at(r)) && !paused().contains(at(r)))
                .filter(r -> r.offset() >= position(at(r)))
                .forEach(this::addRecord);
        return super.poll(timeout);
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
            Set<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> known = new HashMap<>(committed.get());
        known.keySet().retainAll(partitions);
        return known;
    }

    private static TopicPartition at(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }
}
