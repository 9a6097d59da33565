package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SteadyClockTest {
    private static final Instant START = Instant.parse("2026-11-22T08:00:00Z");

    @ParameterizedTest
    @ValueSource(longs = {-365, 0, 365})
    void howeverTheWallClockIsSetItTellsTheTimeThatHasPassed(long days) {
        // Given
        AtomicReference<Instant> wall = new AtomicReference<>(START);
        AtomicLong nanos = new AtomicLong(7);
        SteadyClock clock = new SteadyClock(wall::get, nanos::get);
        // When
        wall.set(START.plus(Duration.ofDays(days)));
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        // Then
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(3));
    }
}
