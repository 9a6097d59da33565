package io.decant.follower.pace;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Holds a reader to a rate: it waits before it asks for more until what it took is paid for. What
 * comes in one piece is not divided, so the rate holds on average. <i>Owned by the reader's
 * thread.</i>
 */
public final class Throttle {
    /** A thin link is seldom slower to notice a stop than this. */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    private final Optional<TokenBucket> bucket;
    private final Consumer<Duration> pause;

    private Throttle(Optional<TokenBucket> bucket, Consumer<Duration> pause) {
        this.bucket = bucket;
        this.pause = pause;
    }

    /**
     * Makes a throttle.
     *
     * @param bytesPerSecond 0 for no bound
     * @param pause waits for the given time, or less
     */
    public static Throttle of(long bytesPerSecond, InstantSource clock, Consumer<Duration> pause) {
        return new Throttle(
                bytesPerSecond == 0
                        ? Optional.empty()
                        // An idle second is not saved up: the link is shared all the time.
                        : Optional.of(
                                new TokenBucket(bytesPerSecond, bytesPerSecond / 10.0, clock)),
                pause);
    }

    /** Waits until more may be read; gives up when the thread is interrupted. */
    public void await() {
        while (!Thread.currentThread().isInterrupted()) {
            Duration debt = bucket.map(TokenBucket::debt).orElse(Duration.ZERO);
            if (debt.isZero()) {
                return;
            }
            pause.accept(debt.compareTo(LONGEST_PAUSE) < 0 ? debt : LONGEST_PAUSE);
        }
    }

    /** Counts bytes that were read. */
    public void took(long bytes) {
        bucket.ifPresent(filled -> filled.take(bytes));
    }
}
