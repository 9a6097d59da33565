package io.decant.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanTrackerTest {
    @Test
    void aSpanEndsWhereAnotherPartitionBegins() throws Exception {
        // Given
        SpanTracker tracker = new SpanTracker(List.of(0L, 10L));
        // When
        deliver(tracker, 0, 0, "a");
        deliver(tracker, 0, 3, "b");
        deliver(tracker, 1, 10, "c");
        deliver(tracker, 0, 4, "d");
        Intake intake = tracker.endVersion();
        // Then: offsets 1 and 2 were markers or aborted, which the count tells
        assertThat(intake.spans())
                .containsExactly(
                        new Span(0, 0, 3, 2, hash("a", "b")),
                        new Span(1, 10, 10, 1, hash("c")),
                        new Span(0, 4, 4, 1, hash("d")));
        assertThat(intake.from()).containsExactly(0L, 10L);
        assertThat(intake.to()).containsExactly(5L, 11L);
    }

    @Test
    void successiveVersionsTileEachPartition() {
        // Given
        SpanTracker tracker = new SpanTracker(List.of(0L));
        deliver(tracker, 0, 0, "a");
        Intake first = tracker.endVersion();
        // When
        deliver(tracker, 0, 2, "b");
        Intake second = tracker.endVersion();
        // Then
        assertThat(second.from()).isEqualTo(first.to());
        assertThat(second.spans().get(0).first()).isEqualTo(2);
        assertThat(tracker.records()).isZero();
    }

    @Test
    void aGapIsPassedOverAtTheStartOfAVersionAndWrittenDown() throws Exception {
        // Given
        SpanTracker tracker = new SpanTracker(List.of(5L, 0L));
        // When: partition 1 has lost nothing
        tracker.skip(0, 9);
        tracker.skip(1, 0);
        deliver(tracker, 0, 9, "a");
        Intake first = tracker.endVersion();
        Intake second = tracker.endVersion();
        // Then
        assertThat(first.gaps()).containsExactly(new Gap(0, 5, 9));
        assertThat(first.from()).containsExactly(5L, 0L);
        assertThat(first.to()).containsExactly(10L, 0L);
        assertThat(first.spans()).containsExactly(new Span(0, 9, 9, 1, hash("a")));
        assertThat(second.gaps()).isEmpty();
    }

    @Test
    void aGapInTheMiddleOfAVersionIsABug() {
        // Given
        SpanTracker tracker = new SpanTracker(List.of(0L));
        deliver(tracker, 0, 0, "a");
        // When, Then
        assertThatThrownBy(() -> tracker.skip(0, 7))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("at the start of a version only");
    }

    @Test
    void bordersCountTheRecordsOfTheVersion() {
        // Given
        SpanTracker tracker = new SpanTracker(List.of(0L));
        deliver(tracker, 0, 0, "a");
        tracker.endVersion();
        deliver(tracker, 0, 1, "b");
        deliver(tracker, 0, 2, "c");
        // When
        tracker.border();
        deliver(tracker, 0, 3, "d");
        tracker.border();
        // Then
        assertThat(tracker.entries()).isEqualTo(3);
        assertThat(tracker.endVersion().borders()).containsExactly(2L, 3L);
    }

    @Test
    void nullAndEmptyHaveDifferentHashes() {
        // Given
        SpanTracker nulls = new SpanTracker(List.of(0L));
        SpanTracker empties = new SpanTracker(List.of(0L));
        // When
        nulls.delivered(0, 0, null, null);
        empties.delivered(0, 0, new byte[0], new byte[0]);
        // Then
        assertThat(nulls.endVersion().spans()).isNotEqualTo(empties.endVersion().spans());
    }

    @Test
    void anOffsetIsTakenInOnce() {
        // Given
        SpanTracker tracker = new SpanTracker(List.of(5L));
        // When, Then
        assertThatThrownBy(() -> deliver(tracker, 0, 4, "a"))
                .hasMessageContaining("delivered again");
    }

    private static void deliver(SpanTracker tracker, int partition, long offset, String text) {
        tracker.delivered(partition, offset, bytes(text), bytes(text + text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuffer hash(String... records) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(all);
        for (String record : records) {
            write(out, bytes(record));
            write(out, bytes(record + record));
        }
        return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(all.toByteArray()))
                .asReadOnlyBuffer();
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
