package io.decant.teacher.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BatchCollectorTest {
    private final BatchCollector<String> batch = new BatchCollector<>(3, 10);

    @Test
    void anEmptyBatchIsNeverDue() {
        assertThat(batch.isDue(Long.MAX_VALUE / 2)).isFalse();
        assertThat(batch.millisUntilDue(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aFullBatchIsDueAtOnceAndItsRowsAreInOrder() {
        // Given
        assertThat(batch.add("a", 100)).isZero();
        assertThat(batch.add("b", 100)).isEqualTo(1);
        assertThat(batch.isDue(100)).isFalse();

        // When
        assertThat(batch.add("c", 100)).isEqualTo(2);

        // Then
        assertThat(batch.isFull()).isTrue();
        assertThat(batch.isDue(100)).isTrue();
        assertThat(batch.members()).containsExactly("a", "b", "c");
    }

    @Test
    void theOldestMemberDecidesHowLongABatchWaits() {
        // Given
        batch.add("a", 100);
        batch.add("b", 109);

        // Then
        assertThat(batch.millisUntilDue(109)).isEqualTo(1);
        assertThat(batch.isDue(109)).isFalse();
        assertThat(batch.isDue(110)).isTrue();
        assertThat(batch.millisUntilDue(500)).isZero();
    }

    @Test
    void aClockSetBackDoesNotHoldSamples() {
        // Given
        batch.add("a", 100);

        // Then
        assertThat(batch.isDue(99)).isTrue();
    }

    @Test
    void aClearedBatchBeginsItsWaitAnew() {
        // Given
        batch.add("a", 100);

        // When
        batch.clear();
        batch.add("b", 200);

        // Then
        assertThat(batch.members()).containsExactly("b");
        assertThat(batch.isDue(209)).isFalse();
    }

    @Test
    void withoutLingerEachSampleIsDue() {
        // Given
        BatchCollector<String> impatient = new BatchCollector<>(3, 0);

        // When
        impatient.add("a", 100);

        // Then
        assertThat(impatient.isDue(100)).isTrue();
    }

    @Test
    void addingToAFullBatchIsABug() {
        // Given
        batch.add("a", 1);
        batch.add("b", 1);
        batch.add("c", 1);

        // Then
        assertThatThrownBy(() -> batch.add("d", 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a full batch of 3 must be scored before another sample is added");
    }
}
