package io.decant.pipeline.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ForwardClockTest {
    private static final Instant START = Instant.parse("2026-11-22T08:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);

    private final AtomicReference<Instant> wall = new AtomicReference<>(START);
    private final ForwardClock clock = new ForwardClock(wall::get);

    @Test
    void itTellsWhatItsSourceTells() {
        wall.set(START.plusSeconds(1));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(1));
    }

    @Test
    void itGoesOnFromWhereItStoodWhenTheSourceIsSetBack() {
        // Given
        wall.set(START.plusSeconds(1));
        clock.instant();
        // When
        wall.set(START.minus(YEAR));
        // Then
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(1));
        wall.set(START.minus(YEAR).plusSeconds(5));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(6));
    }

    @Test
    void aSourceThatIsSetAheadAndBackLosesNothing() {
        // Given
        wall.set(START.plus(YEAR));
        Instant ahead = clock.instant();
        // When
        wall.set(START);
        clock.instant();
        wall.set(START.plusSeconds(2));
        // Then
        assertThat(clock.instant()).isEqualTo(ahead.plusSeconds(2));
    }
}
