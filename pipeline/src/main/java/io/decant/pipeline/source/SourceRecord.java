package io.decant.pipeline.source;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record as it stood in its topic: all that a sample is made of. <i>Immutable as long as nobody
 * writes to its arrays.</i>
 *
 * @param key null if the record has none
 * @param timestampMillis the record's timestamp, milliseconds since 1970-01-01T00:00Z
 * @param value null if the record has none
 */
public record SourceRecord(byte[] key, int partition, long timestampMillis, byte[] value) {
    public static SourceRecord of(ConsumerRecord<byte[], byte[]> record) {
        return new SourceRecord(
                record.key(), record.partition(), record.timestamp(), record.value());
    }
}
