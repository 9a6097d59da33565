package io.decant.teacher.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OpenWorkTest {
    private final OpenWork open = new OpenWork(new Passed("samples", 2), 2, Duration.ofMillis(100));

    @Test
    void nothingOpenIsNeverDue() {
        assertThat(open.isEmpty()).isTrue();
        assertThat(open.millisUntilDue(1_000)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theFirstSampleStartsTheInterval() {
        // When
        open.took(0, 7, 1_000);
        open.took(1, 3, 1_060);

        // Then
        assertThat(open.millisUntilDue(1_060)).isEqualTo(40);
        assertThat(open.millisUntilDue(1_100)).isZero();
    }

    @Test
    void aClockSetBackHoldsNothing() {
        // When
        open.took(0, 7, 1_000);

        // Then
        assertThat(open.millisUntilDue(999)).isZero();
    }

    @Test
    void samplesFillATransactionAndABeginningDoesNot() {
        // When
        open.beginAt(0, 5, 1_000);
        open.took(0, 5, 1_000);
        boolean one = open.isFull();
        open.took(1, 0, 1_000);

        // Then
        assertThat(one).isFalse();
        assertThat(open.isFull()).isTrue();
    }

    @Test
    void aBeginningIsCommittedLikeASample() {
        // When
        open.beginAt(1, 5, 1_000);

        // Then
        assertThat(open.isEmpty()).isFalse();
        assertThat(open.millisUntilDue(1_100)).isZero();
        assertThat(open.offsets())
                .isEqualTo(Map.of(new TopicPartition("samples", 1), new OffsetAndMetadata(5)));
    }

    @Test
    void afterClearingTheIntervalBeginsAnew() {
        // Given
        open.took(0, 7, 1_000);
        open.took(0, 8, 1_000);

        // When
        open.clear();
        open.took(0, 9, 5_000);

        // Then
        assertThat(open.isFull()).isFalse();
        assertThat(open.millisUntilDue(5_000)).isEqualTo(100);
    }
}
