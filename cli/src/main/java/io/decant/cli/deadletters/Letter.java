package io.decant.cli.deadletters;

import io.decant.records.DeadLetter;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * A letter as it lies in the dead-letter topic. <i>Immutable as long as nobody writes to its
 * headers.</i>
 *
 * @param headers of the refused record; what carries a trace goes on carrying it
 */
public record Letter(LetterId id, DeadLetter content, Headers headers) {
    /** Whether it says that an earlier letter's record was sent again, and is no letter itself. */
    public boolean isMark() {
        return content.getRedriven() != null;
    }

    /** The letter that this mark is about. */
    public LetterId marked() {
        return new LetterId(id.partition(), content.getRedriven().getLetterOffset());
    }

    /** The refused record's key; null if it had none. */
    public byte[] key() {
        return bytes(content.getKey());
    }

    /** The refused record's value; null if it had none. */
    public byte[] value() {
        return bytes(content.getValue());
    }

    /** Its topic, partition and offset. */
    public String origin() {
        return content.getTopic() + "-" + content.getPartition() + "@" + content.getOffset();
    }

    /** The refused record, as far as the letter holds it. */
    public ConsumerRecord<byte[], byte[]> refused() {
        return new ConsumerRecord<>(
                content.getTopic(),
                content.getPartition(),
                content.getOffset(),
                content.getTimestampMillis(),
                TimestampType.CREATE_TIME,
                ConsumerRecord.NULL_SIZE,
                ConsumerRecord.NULL_SIZE,
                key(),
                value(),
                new RecordHeaders(headers),
                Optional.empty());
    }

    /** Without the refused value, which may be large; for lists. */
    Letter withoutValue() {
        DeadLetter small = DeadLetter.newBuilder(content).setValue(null).build();
        return new Letter(id, small, headers);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return copy;
    }
}
