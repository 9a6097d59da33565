package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private static final Instant START = Instant.parse("2026-11-22T08:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);

    private final AtomicReference<Instant> wall = new AtomicReference<>(START);
    private final AtomicLong nanos = new AtomicLong(7);
    private final SteadyClock clock = new SteadyClock(wall::get, nanos::get);

    @Test
    void whenTheWallClockIsSetBackItTellsWhatThatWouldTell() {
        // Given
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        // When
        wall.set(START.minus(YEAR));
        // Then
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(3));
    }

    @Test
    void whenTheWallClockIsSetAheadAndBackItTellsTheTimeAgain() {
        // Given
        wall.set(START.plus(YEAR));
        assertThat(clock.instant()).isEqualTo(START.plus(YEAR));
        // When
        wall.set(START.plusSeconds(1));
        // Then
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(1));
    }
}
