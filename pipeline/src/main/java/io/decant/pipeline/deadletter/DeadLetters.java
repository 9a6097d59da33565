package io.decant.pipeline.deadletter;

import io.decant.pipeline.record.RecordCodec;
import io.decant.records.DeadLetter;
import io.decant.records.DeadLetterReason;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Makes dead letters: the refused record, where it came from, and why. The caller sends them in the
 * same transaction as the offset that passes the record, so that a refused record is neither lost
 * nor reported twice. A letter always fits into a record of Kafka's default size; of what does not
 * fit, the beginning is kept, and position and reason still lead to the whole. The record's headers
 * go along as headers. Records are never logged, and counted by the stage. <i>Owned by the thread
 * that owns the codec.</i>
 */
public final class DeadLetters {
    /**
     * The most of a refused value that a letter holds: a letter is larger than its record, and
     * brokers take 1 MiB by default. Without the cut one huge record would stop its partition.
     */
    public static final int MAX_VALUE_BYTES = 900_000;

    /** The most of a refused key; the letter's own key is as long again. */
    static final int MAX_KEY_BYTES = 10_000;

    /** The most bytes of headers that go along; more are left out, all of them. */
    static final int MAX_HEADER_BYTES = 10_000;

    /** A reason may quote what somebody else wrote. */
    static final int MAX_DETAIL_CHARACTERS = 1_000;

    private static final String CUT_NOTE = " (this letter holds the first ";

    private final String stage;
    private final Topics topics;
    private final RecordCodec codec;
    private final InstantSource clock;

    public DeadLetters(String stage, Topics topics, RecordCodec codec, InstantSource clock) {
        this.stage = stage;
        this.topics = topics;
        this.codec = codec;
        this.clock = clock;
    }

    /**
     * The record to send for a refused one.
     *
     * @param detail one sentence: what was wrong, what was expected
     */
    public ProducerRecord<byte[], byte[]> letter(
            ConsumerRecord<byte[], byte[]> refused, DeadLetterReason reason, String detail) {
        ByteBuffer key = beginning(refused.key(), MAX_KEY_BYTES);
        DeadLetter letter =
                DeadLetter.newBuilder()
                        .setStage(stage)
                        .setReason(reason)
                        .setDetail(
                                detail.substring(
                                                0, Math.min(detail.length(), MAX_DETAIL_CHARACTERS))
                                        + cutNote(refused.value()))
                        .setTopic(refused.topic())
                        .setPartition(refused.partition())
                        .setOffset(refused.offset())
                        .setTimestampMillis(refused.timestamp())
                        .setKey(key)
                        .setValue(beginning(refused.value(), MAX_VALUE_BYTES))
                        .setAtMillis(clock.millis())
                        .build();
        byte[] letterKey = key == null || key.limit() < refused.key().length ? null : refused.key();
        return new ProducerRecord<>(
                topics.name(Topic.DEAD_LETTERS),
                null,
                letterKey,
                codec.encode(Topic.DEAD_LETTERS, letter),
                fewHeaders(refused.headers()));
    }

    /** Whether a letter holds all of its record, so that the record can be made again. */
    public static boolean isWhole(DeadLetter letter) {
        boolean valueCut = letter.getDetail().contains(CUT_NOTE);
        boolean keyCut = letter.getKey() != null && letter.getKey().remaining() >= MAX_KEY_BYTES;
        return !valueCut && !keyCut;
    }

    /** Headers count in the record's size as its value does. */
    private static Iterable<Header> fewHeaders(Headers headers) {
        int bytes = 0;
        for (Header header : headers) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes > MAX_HEADER_BYTES ? List.of() : headers;
    }

    private static String cutNote(byte[] value) {
        return value == null || value.length <= MAX_VALUE_BYTES
                ? ""
                : CUT_NOTE + MAX_VALUE_BYTES + " of the value's " + value.length + " bytes)";
    }

    private static ByteBuffer beginning(byte[] bytes, int most) {
        return bytes == null ? null : ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, most));
    }
}
