package io.decant.trainer.join;

import io.decant.pipeline.source.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** One partition of a samples topic in memory, read in pages as a broker would give it. */
final class SamplesTopic extends MockConsumer<byte[], byte[]> {
    private final TopicPartition partition;
    private final int page;
    private final TreeMap<Long, SourceRecord> log = new TreeMap<>();
    private long start;
    private long end;
    int polls;
    boolean silent;

    SamplesTopic(String topic, int page) {
        super("none");
        this.partition = new TopicPartition(topic, 0);
        this.page = page;
        offsets();
    }

    void append(byte[] key, byte[] value) {
        log.put(end++, new SourceRecord(key, 0, 0, value));
        offsets();
    }

    /** A commit marker or an aborted record: an offset that holds nothing to read. */
    void appendNothing() {
        end++;
        offsets();
    }

    void removeBefore(long offset) {
        start = offset;
        log.headMap(offset).clear();
        offsets();
    }

    private void offsets() {
        updateBeginningOffsets(Map.of(partition, start));
        updateEndOffsets(Map.of(partition, end));
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        polls++;
        long from = position(partition);
        if (from < start || from > end) {
            throw new OffsetOutOfRangeException(Map.of(partition, from));
        }
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        if (!silent) {
            log.tailMap(from).entrySet().stream()
                    .limit(page)
                    .forEach(
                            entry ->
                                    records.add(
                                            new ConsumerRecord<>(
                                                    partition.topic(),
                                                    partition.partition(),
                                                    entry.getKey(),
                                                    entry.getValue().key(),
                                                    entry.getValue().value())));
        }
        if (records.isEmpty()) {
            return ConsumerRecords.empty();
        }
        long next = records.get(records.size() - 1).offset() + 1;
        seek(partition, next);
        return new ConsumerRecords<>(
                Map.of(partition, records), Map.of(partition, new OffsetAndMetadata(next)));
    }
}
