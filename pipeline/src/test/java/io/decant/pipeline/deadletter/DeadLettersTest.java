package io.decant.pipeline.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.DeadLetter;
import io.decant.records.DeadLetterReason;
import io.decant.serde.testing.FakeRegistry;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
    private static final int KAFKAS_DEFAULT_LIMIT_BYTES = 1_048_576;

    private final FakeRegistry registry = FakeRegistry.start();
    private final RecordCodec codec =
            new RecordCodec(ClusterSettings.of("unused:1", registry.url()));
    private final DeadLetters deadLetters =
            new DeadLetters(
                    "teacher",
                    Topics.DEFAULT,
                    codec,
                    InstantSource.fixed(Instant.ofEpochMilli(456)));

    @AfterEach
    void stop() {
        codec.close();
        registry.close();
    }

    @Test
    void aLetterHoldsTheRecordItsOriginAndTheReason() {
        // Given
        byte[] key = "run-1".getBytes(StandardCharsets.UTF_8);
        byte[] value = {1, 2, 3};

        // When
        ProducerRecord<byte[], byte[]> letter =
                deadLetters.letter(
                        refused(key, value), DeadLetterReason.WRONG_SHAPE, "3 bytes; expected 4");

        // Then
        assertThat(letter.topic()).isEqualTo("decant.dead-letters");
        assertThat(letter.key()).isEqualTo(key);
        assertThat(read(letter))
                .isEqualTo(
                        new DeadLetter(
                                "teacher",
                                DeadLetterReason.WRONG_SHAPE,
                                "3 bytes; expected 4",
                                "decant.samples",
                                2,
                                17L,
                                123L,
                                ByteBuffer.wrap(key),
                                ByteBuffer.wrap(value),
                                456L,
                                null));
    }

    @Test
    void aRecordWithoutKeyAndValueIsALetterToo() {
        // When
        ProducerRecord<byte[], byte[]> letter =
                deadLetters.letter(refused(null, null), DeadLetterReason.UNDECODABLE, "null");

        // Then
        assertThat(letter.key()).isNull();
        assertThat(read(letter).getKey()).isNull();
        assertThat(read(letter).getValue()).isNull();
    }

    @Test
    void aLetterFitsIntoARecordHoweverLargeTheRefusedOneWas() {
        // Given
        byte[] huge = new byte[5_000_000];
        huge[0] = 1;

        // When
        ProducerRecord<byte[], byte[]> letter =
                deadLetters.letter(
                        refused(huge, huge), DeadLetterReason.UNDECODABLE, "x".repeat(100_000));

        // Then
        assertThat(letter.value()).hasSizeLessThan(KAFKAS_DEFAULT_LIMIT_BYTES - 100_000);
        assertThat(letter.key()).isNull();
        assertThat(read(letter).getValue().remaining()).isEqualTo(DeadLetters.MAX_VALUE_BYTES);
        assertThat(read(letter).getValue().get(0)).isEqualTo((byte) 1);
        assertThat(read(letter).getKey().remaining()).isEqualTo(DeadLetters.MAX_KEY_BYTES);
        assertThat(read(letter).getDetail())
                .startsWith("x".repeat(DeadLetters.MAX_DETAIL_CHARACTERS) + " (this letter holds")
                .contains("900000")
                .contains("5000000");
    }

    private DeadLetter read(ProducerRecord<byte[], byte[]> letter) {
        var read = codec.decode(Topic.DEAD_LETTERS, letter.value(), DeadLetter.class);
        return ((Decoded.Good<DeadLetter>) read).value();
    }

    private static ConsumerRecord<byte[], byte[]> refused(byte[] key, byte[] value) {
        return new ConsumerRecord<>(
                "decant.samples",
                2,
                17,
                123,
                TimestampType.CREATE_TIME,
                key == null ? -1 : key.length,
                value == null ? -1 : value.length,
                key,
                value,
                new RecordHeaders(),
                Optional.empty());
    }
}
