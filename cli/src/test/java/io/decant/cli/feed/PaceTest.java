package io.decant.cli.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void samplesAreDueAtTheirRateFromTheFirstOn() {
        // Given
        Pace pace = new Pace(OptionalDouble.of(4));

        // When
        long first = pace.nanosUntilDue(100);
        pace.take();
        long second = pace.nanosUntilDue(100);
        pace.take();
        long third = pace.nanosUntilDue(100 + SECOND);

        // Then
        assertThat(first).isZero();
        assertThat(second).isEqualTo(SECOND / 4);
        assertThat(third).isEqualTo(-SECOND / 2);
    }

    @Test
    void withoutARateEverySampleIsDue() {
        // Given
        Pace pace = new Pace(OptionalDouble.empty());
        pace.take();

        // When, Then
        assertThat(pace.nanosUntilDue(0)).isZero();
    }
}
