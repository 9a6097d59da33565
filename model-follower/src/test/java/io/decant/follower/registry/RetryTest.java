package io.decant.follower.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryTest {
    private static final long NOW = 1_000_000_000_000L;

    private final Retry retry = new Retry(Duration.ofMillis(200), Duration.ofSeconds(1));

    @Test
    void waitsTwiceAsLongWithEachFailureUpToTheLongest() {
        for (long wait : new long[] {200, 400, 800, 1000, 1000}) {
            // When
            retry.failed(NOW);

            // Then
            assertThat(retry.due(NOW + wait - 1)).isFalse();
            assertThat(retry.due(NOW + wait)).isTrue();
        }
    }

    @Test
    void doesNotWaitForAClockThatWasSetBack() {
        // Given
        retry.failed(NOW);

        // When the clock turns out to have been a day ahead
        long corrected = NOW - Duration.ofDays(1).toMillis();

        // Then
        assertThat(retry.due(corrected)).isTrue();
        retry.failed(corrected);
        assertThat(retry.due(corrected + 399)).isFalse();
        assertThat(retry.due(corrected + 400)).isTrue();
    }
}
