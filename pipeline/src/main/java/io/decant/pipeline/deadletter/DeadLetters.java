package io.decant.pipeline.deadletter;

import io.decant.pipeline.record.RecordCodec;
import io.decant.records.DeadLetter;
import io.decant.records.DeadLetterReason;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Makes dead letters: the refused record whole, where it came from, and why. The caller sends them
 * in the same transaction as the offset that passes the record, so that a refused record is neither
 * lost nor reported twice. Records are never logged. <i>Owned by one thread.</i>
 */
public final class DeadLetters {
    /**
     * Most bytes of a refused value that a letter holds: a letter is larger than its record, and
     * brokers take 1 MiB by default. Without the cut one huge record would stop its partition.
     */
    public static final int MAX_VALUE_BYTES = 900_000;

    private final String stage;
    private final Topics topics;
    private final RecordCodec codec;
    private final InstantSource clock;
    private final Map<DeadLetterReason, Long> counts = new EnumMap<>(DeadLetterReason.class);

    public DeadLetters(String stage, Topics topics, RecordCodec codec, InstantSource clock) {
        this.stage = stage;
        this.topics = topics;
        this.codec = codec;
        this.clock = clock;
    }

    /** The record to send for a refused one; also counts it. */
    public ProducerRecord<byte[], byte[]> letter(
            ConsumerRecord<byte[], byte[]> refused, DeadLetterReason reason, String detail) {
        counts.merge(reason, 1L, Long::sum);
        boolean cut = refused.value() != null && refused.value().length > MAX_VALUE_BYTES;
        DeadLetter letter = new DeadLetter();
        letter.setStage(stage);
        letter.setReason(reason);
        letter.setDetail(cut ? detail + cutNote(refused.value().length) : detail);
        letter.setTopic(refused.topic());
        letter.setPartition(refused.partition());
        letter.setOffset(refused.offset());
        letter.setTimestampMillis(refused.timestamp());
        letter.setKey(refused.key() == null ? null : ByteBuffer.wrap(refused.key()));
        letter.setValue(
                refused.value() == null
                        ? null
                        : ByteBuffer.wrap(
                                refused.value(),
                                0,
                                Math.min(refused.value().length, MAX_VALUE_BYTES)));
        letter.setAtMillis(clock.millis());
        return new ProducerRecord<>(
                topics.name(Topic.DEAD_LETTERS),
                refused.key(),
                codec.encode(Topic.DEAD_LETTERS, letter));
    }

    private static String cutNote(int bytes) {
        return " (this letter holds the first "
                + MAX_VALUE_BYTES
                + " of the value's "
                + bytes
                + " bytes)";
    }

    /** How many records were refused so far, by reason. */
    public Map<DeadLetterReason, Long> counts() {
        return Map.copyOf(counts);
    }
}
