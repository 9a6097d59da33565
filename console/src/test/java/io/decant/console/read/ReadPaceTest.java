package io.decant.console.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReadPaceTest {
    private static final Instant START = Instant.parse("2026-11-22T08:00:00Z");

    private final ReadPace pace = new ReadPace(1000, START);

    @Test
    void whatWasReadBeyondTheRateIsPaidOffByResting() {
        // Given a rate of 1 000 bytes a second

        // When 2 500 bytes come at once
        pace.read(2500, START);

        // Then reading rests for two and a half seconds, less the time that passes
        assertThat(pace.rest(START)).isEqualTo(Duration.ofMillis(2500));
        assertThat(pace.rest(START.plusMillis(2000))).isEqualTo(Duration.ofMillis(500));
        assertThat(pace.rest(START.plusMillis(2500))).isZero();
    }

    @Test
    void unusedTimeIsNotSavedUp() {
        // Given an hour in which nothing was read
        Instant later = START.plusSeconds(3600);

        // When 1 000 bytes come
        pace.read(1000, later);

        // Then they cost a second all the same
        assertThat(pace.rest(later)).isEqualTo(Duration.ofSeconds(1));
    }
}
