package io.decant.follower.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.decant.follower.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private final ManualClock clock = new ManualClock();
    private final List<Duration> pauses = new ArrayList<>();

    private void pause(Duration time) {
        pauses.add(time);
        clock.advance(time);
    }

    @Test
    void spreadsAVersionsChunksOverTheTimeThatTheRateAllows() {
        // Given a reader of 900 kB chunks over a link of 50 kB a second
        Throttle throttle = Throttle.of(50_000, clock, this::pause);
        long start = clock.millis();

        // When it reads 10 chunks
        for (int chunk = 0; chunk < 10; chunk++) {
            throttle.await();
            throttle.took(900_000);
        }
        throttle.await();

        // Then they took 180 s, in pauses short enough to notice a stop
        assertThat((clock.millis() - start) / 1000.0).isCloseTo(180, within(1.0));
        assertThat(pauses).allMatch(time -> time.compareTo(Duration.ofMillis(200)) <= 0);
    }

    @Test
    void neverWaitsWithoutABound() {
        // Given
        Throttle throttle = Throttle.of(0, clock, this::pause);

        // When
        throttle.took(Long.MAX_VALUE);
        throttle.await();

        // Then
        assertThat(pauses).isEmpty();
    }

    @Test
    void givesUpWhenItsThreadIsInterrupted() {
        // Given
        Throttle throttle = Throttle.of(1, clock, time -> pauses.add(time));
        throttle.took(1_000_000);

        // When
        Thread.currentThread().interrupt();
        throttle.await();

        // Then
        assertThat(Thread.interrupted()).isTrue();
        assertThat(pauses).isEmpty();
    }
}
