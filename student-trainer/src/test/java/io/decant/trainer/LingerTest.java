package io.decant.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LingerTest {
    private final Linger linger = new Linger(Duration.ofMillis(200));

    @Test
    void anOpenBatchIsClosedAfterItsTime() {
        // Given
        assertThat(linger.isOver(true, 5, at(0))).isFalse();
        // When, Then
        assertThat(linger.isOver(true, 5, at(199))).isFalse();
        assertThat(linger.left(at(199))).contains(Duration.ofMillis(1));
        assertThat(linger.isOver(true, 5, at(200))).isTrue();
    }

    @Test
    void aSteadyStreamIsNeverCut() {
        // Given: something is always open, and a step is taken now and then
        for (int i = 0; i < 100; i++) {
            // When, Then
            assertThat(linger.isOver(true, i / 5, at(30 * i))).isFalse();
        }
    }

    @Test
    void nothingOpenMeansNothingToClose() {
        // Given
        assertThat(linger.isOver(true, 5, at(0))).isFalse();
        // When
        assertThat(linger.isOver(false, 5, at(100))).isFalse();
        // Then
        assertThat(linger.left(at(100))).isEmpty();
        assertThat(linger.isOver(true, 5, at(250))).isFalse();
    }

    private static Instant at(long millis) {
        return Instant.ofEpochMilli(millis);
    }
}
