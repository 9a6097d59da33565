package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StreamClockTest {
    private static final long WALL = 1_000_000;
    private final StreamClock clock = new StreamClock(Duration.ofMinutes(1));

    @Test
    void itShowsTheLatestEventTimeAndNeverGoesBack() {
        // When
        clock.advance(500, WALL);
        clock.advance(300, WALL);

        // Then
        assertThat(clock.millis()).isEqualTo(500);
    }

    @Test
    void anEventWithinTheToleranceCounts() {
        assertThat(clock.advance(WALL + 60_000, WALL)).isTrue();
        assertThat(clock.millis()).isEqualTo(WALL + 60_000);
    }

    @Test
    void anEventFarInTheFutureIsToldAndDoesNotMoveTheClock() {
        // Given
        clock.advance(500, WALL);

        // When
        boolean counted = clock.advance(WALL + 60_001, WALL);

        // Then
        assertThat(counted).isFalse();
        assertThat(clock.millis()).isEqualTo(500);
    }
}
