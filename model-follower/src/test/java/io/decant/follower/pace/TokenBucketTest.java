package io.decant.follower.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.follower.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SEED = Long.getLong("test.seed", 20261122L);

    private final ManualClock clock = new ManualClock();

    @Test
    void holdsReadsOfAnySizeToTheRate() {
        // Given a reader that always wants more, in pieces up to a second's worth
        TokenBucket bucket = new TokenBucket(100_000, 10_000, clock);
        Random random = new Random(SEED);
        long start = clock.millis();
        List<long[]> reads = new ArrayList<>();

        // When it reads for 10 minutes, and waits for each debt to be paid
        while (clock.millis() - start < 600_000) {
            long bytes = 1 + random.nextInt(100_000);
            bucket.take(bytes);
            reads.add(new long[] {clock.millis() - start, bytes});
            clock.advance(bucket.debt());
        }

        // Then every window of 20 seconds has the rate within a tenth
        for (long from = 0; from + 20_000 <= 580_000; from += 1000) {
            long begin = from;
            long bytes =
                    reads.stream()
                            .filter(read -> read[0] >= begin && read[0] < begin + 20_000)
                            .mapToLong(read -> read[1])
                            .sum();
            assertThat(bytes / 20.0)
                    .as("seed %d, window at %d ms", SEED, begin)
                    .isCloseTo(100_000, within(10_000.0));
        }
    }

    @Test
    void letsABurstThroughAndThenOneForEachDrip() {
        // Given
        TokenBucket bucket = new TokenBucket(10, 3, clock);

        // When, then
        for (int i = 0; i < 3; i++) {
            assertThat(bucket.tryTake()).isTrue();
        }
        assertThat(bucket.tryTake()).isFalse();
        clock.advance(Duration.ofMillis(100));
        assertThat(bucket.tryTake()).isTrue();
        assertThat(bucket.tryTake()).isFalse();
    }

    @Test
    void savesNoMoreThanABurst() {
        // Given
        TokenBucket bucket = new TokenBucket(10, 3, clock);

        // When
        clock.advance(Duration.ofHours(1));
        bucket.take(4);

        // Then
        assertThat(bucket.debt()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void paysNothingWhenTheClockIsSetBack() {
        // Given
        TokenBucket bucket = new TokenBucket(10, 1, clock);
        bucket.take(2);

        // When
        clock.advance(Duration.ofSeconds(-60));

        // Then
        assertThat(bucket.debt()).isEqualTo(Duration.ofMillis(100));
        clock.advance(Duration.ofMillis(100));
        assertThat(bucket.debt()).isZero();
    }

    @Test
    void needsARate() {
        // When, then
        assertThatThrownBy(() -> new TokenBucket(0, 1, clock))
                .hasMessageContaining("must be above 0, were 0.0 and 1.0");
    }
}
