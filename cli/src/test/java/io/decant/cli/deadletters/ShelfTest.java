package io.decant.cli.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.records.DeadLetter;
import io.decant.records.DeadLetterReason;
import io.decant.records.Redriven;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ShelfTest {
    private static Letter letter(int partition, long offset, String stage, long atMillis) {
        DeadLetter content =
                DeadLetter.newBuilder()
                        .setStage(stage)
                        .setReason(DeadLetterReason.UNDECODABLE)
                        .setDetail("it is no Avro")
                        .setTopic("decant.samples")
                        .setPartition(1)
                        .setOffset(7)
                        .setValue(ByteBuffer.wrap(new byte[] {1}))
                        .setAtMillis(atMillis)
                        .build();
        return new Letter(new LetterId(partition, offset), content, new RecordHeaders());
    }

    private static Letter mark(Letter letter, long offset) {
        DeadLetter content =
                DeadLetter.newBuilder(letter.content())
                        .setRedriven(new Redriven(letter.id().offset(), 3, "ada", "mended"))
                        .build();
        return new Letter(
                new LetterId(letter.id().partition(), offset), content, new RecordHeaders());
    }

    private static LetterFilter stage(String name) {
        return new LetterFilter(
                Optional.empty(), Optional.of(name), Optional.empty(), Optional.empty());
    }

    @Test
    void theNewestMatchingLettersAreKeptWithoutTheirValues() {
        // Given
        Shelf shelf = Shelf.ofNewest(stage("join"), 2);

        // When
        shelf.take(letter(0, 0, "join", 30));
        shelf.take(letter(0, 1, "teacher", 40));
        shelf.take(letter(1, 0, "join", 10));
        shelf.take(letter(1, 1, "join", 20));

        // Then
        assertThat(shelf.matching()).isEqualTo(3);
        assertThat(shelf.letters())
                .extracting(letter -> letter.id().toString())
                .containsExactly("1@1", "0@0");
        assertThat(shelf.letters()).allMatch(letter -> letter.value() == null);
    }

    @Test
    void aMarkIsNoLetterAndTellsWhoSentTheRecordAgain() {
        // Given
        Shelf shelf = Shelf.ofNewest(LetterFilter.ALL, 10);
        Letter letter = letter(2, 5, "teacher", 1);

        // When
        shelf.take(letter);
        shelf.take(mark(letter, 9));

        // Then
        assertThat(shelf.letters()).hasSize(1);
        assertThat(shelf.mark(new LetterId(2, 5)))
                .map(mark -> mark.content().getRedriven().getAuthor())
                .contains("ada");
        assertThat(shelf.mark(new LetterId(1, 5))).isEmpty();
    }

    @Test
    void whatIsSentAgainMakesRoomForTheNextOldestLetters() {
        // Given two letters that were sent again, and three that were not
        Shelf shelf = Shelf.ofOldestUnmarked(LetterFilter.ALL, 2);
        List<Letter> letters =
                IntStream.range(0, 5).mapToObj(i -> letter(0, i, "join", 10 * i)).toList();
        List<Letter> marks = List.of(mark(letters.get(0), 5), mark(letters.get(1), 6));

        // When
        marks.forEach(shelf::takeMark);
        letters.forEach(shelf::take);
        marks.forEach(shelf::take);

        // Then
        assertThat(shelf.letters())
                .extracting(letter -> letter.id().toString())
                .containsExactly("0@2", "0@3");
        assertThat(shelf.marked()).isEqualTo(2);
        assertThat(shelf.matching()).isEqualTo(5);
    }

    @Test
    void aFilterLooksAtReasonTopicAndTime() {
        DeadLetter letter = letter(0, 0, "join", 1000).content();
        assertThat(LetterFilter.ALL.matches(letter)).isTrue();
        assertThat(filter(DeadLetterReason.UNDECODABLE, "decant.samples", 1000).matches(letter))
                .isTrue();
        assertThat(filter(DeadLetterReason.NOT_FINITE, "decant.samples", 1000).matches(letter))
                .isFalse();
        assertThat(filter(DeadLetterReason.UNDECODABLE, "decant.labels", 1000).matches(letter))
                .isFalse();
        assertThat(filter(DeadLetterReason.UNDECODABLE, "decant.samples", 1001).matches(letter))
                .isFalse();
    }

    private static LetterFilter filter(DeadLetterReason reason, String topic, long sinceMillis) {
        return new LetterFilter(
                Optional.of(reason),
                Optional.empty(),
                Optional.of(topic),
                Optional.of(Instant.ofEpochMilli(sinceMillis)));
    }

    @Test
    void aLetterIsNamedByPartitionAndOffset() {
        assertThat(LetterId.parse("2@15")).isEqualTo(new LetterId(2, 15)).hasToString("2@15");
        assertThatThrownBy(() -> LetterId.parse("15"))
                .hasMessage("a letter is named PARTITION@OFFSET, such as 2@15, was '15'");
    }
}
