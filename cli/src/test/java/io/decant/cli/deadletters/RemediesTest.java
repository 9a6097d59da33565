package io.decant.cli.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.DType;
import io.decant.records.DeadLetter;
import io.decant.records.DeadLetterReason;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import io.decant.serde.testing.FakeRegistry;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RemediesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    private static final String ID = "run-1";

    private final FakeRegistry registry = FakeRegistry.start();
    private final RecordCodec codec =
            new RecordCodec(ClusterSettings.of("unused:1", registry.url()));
    private final Remedies remedies =
            new Remedies(Topics.DEFAULT, codec, InstantSource.fixed(NOW), false);
    private final int right = Topics.DEFAULT.samplePartition(ID);
    private final int wrong = (right + 1) % Topics.DEFAULT.samplePartitions();

    @AfterEach
    void stop() {
        codec.close();
        registry.close();
    }

    private byte[] sample(int... shape) {
        Tensor features =
                new Tensor(
                        DType.U8,
                        Arrays.stream(shape).boxed().toList(),
                        ByteBuffer.wrap(new byte[4]));
        return codec.encode(Topic.SAMPLES, new Sample(ID, features, NOW.toEpochMilli(), Map.of()));
    }

    private byte[] label(Integer classIndex, Instant eventTime) {
        return codec.encode(
                Topic.LABELS, new Label(ID, classIndex, null, "test", eventTime.toEpochMilli()));
    }

    private Letter letter(String topic, DeadLetterReason reason, byte[] value) {
        DeadLetter content =
                DeadLetter.newBuilder()
                        .setStage("teacher")
                        .setReason(reason)
                        .setDetail("as it was said")
                        .setTopic(topic)
                        .setPartition(wrong)
                        .setOffset(3)
                        .setKey(ByteBuffer.wrap(ID.getBytes(StandardCharsets.UTF_8)))
                        .setValue(value == null ? null : ByteBuffer.wrap(value))
                        .build();
        return new Letter(new LetterId(0, 0), content, new RecordHeaders());
    }

    private static String left(Remedy remedy) {
        assertThat(remedy).isInstanceOf(Remedy.Leave.class);
        return ((Remedy.Leave) remedy).reason();
    }

    @Test
    void aSampleOfAWrongPartitionGoesToItsRightOne() {
        assertThat(
                        remedies.of(
                                letter(
                                        "decant.samples",
                                        DeadLetterReason.WRONG_PARTITION,
                                        sample(2, 2))))
                .isEqualTo(new Remedy.Resend(right, ""));
    }

    @Test
    void whereSourcesKeepTheirPartitionsARecordGoesBackToItsOwn() {
        // Given
        Remedies asIs = new Remedies(Topics.DEFAULT, codec, InstantSource.fixed(NOW), true);

        // When
        Remedy remedy =
                asIs.of(letter("decant.labels", DeadLetterReason.UNKNOWN_SCHEMA, label(3, NOW)));

        // Then
        assertThat(remedy).isEqualTo(new Remedy.Resend(wrong, ""));
    }

    @Test
    void whatWouldBeRefusedAgainIsLeftAndSaidWhy() {
        assertThat(
                        left(
                                remedies.of(
                                        letter(
                                                "decant.samples",
                                                DeadLetterReason.UNDECODABLE,
                                                new byte[] {7, 8, 9}))))
                .startsWith("it would be refused again: ");
        assertThat(
                        left(
                                remedies.of(
                                        letter(
                                                "decant.samples",
                                                DeadLetterReason.WRONG_SHAPE,
                                                sample(3, 3)))))
                .startsWith("it would be refused again: ")
                .contains("4 bytes");
        assertThat(
                        left(
                                remedies.of(
                                        letter(
                                                "decant.labels",
                                                DeadLetterReason.CLASS_OUT_OF_RANGE,
                                                label(-1, NOW)))))
                .contains("the label's class is -1");
    }

    @Test
    void whatOnlyAServiceCanJudgeIsSentWithANote() {
        assertThat(
                        remedies.of(
                                letter(
                                        "decant.samples",
                                        DeadLetterReason.WRONG_SHAPE,
                                        sample(2, 2))))
                .isEqualTo(
                        new Remedy.Resend(
                                right,
                                "it is read well, and is accepted only if this was mended: as it was said"));
    }

    @Test
    void anEventTimeMustHaveComeBeforeItsRecordIsSentAgain() {
        Letter letter =
                letter(
                        "decant.labels",
                        DeadLetterReason.FUTURE_EVENT_TIME,
                        label(3, NOW.plusSeconds(90)));
        assertThat(left(remedies.of(letter))).contains("still 90 s in the future");
        Remedies later =
                new Remedies(
                        Topics.DEFAULT, codec, InstantSource.fixed(NOW.plusSeconds(90)), false);
        assertThat(later.of(letter)).isEqualTo(new Remedy.Resend(right, ""));
    }

    @Test
    void recordsOfOtherTopicsAreNeverSent() {
        for (String topic :
                List.of("shop.orders", "decant.training-pairs", "decant.model-registry")) {
            assertThat(left(remedies.of(letter(topic, DeadLetterReason.UNDECODABLE, sample(2, 2)))))
                    .isNotEmpty();
        }
    }

    @Test
    void aRecordThatTheLetterCutIsNotMadeUp() {
        // Given
        Letter letter = letter("decant.samples", DeadLetterReason.UNDECODABLE, sample(2, 2));
        letter.content()
                .setDetail("too long (this letter holds the first 900000 of the value's 5 bytes)");

        // Then
        assertThat(left(remedies.of(letter))).startsWith("the letter holds only the beginning");
    }
}
