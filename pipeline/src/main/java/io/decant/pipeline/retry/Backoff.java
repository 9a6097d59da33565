package io.decant.pipeline.retry;

import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Bounded retry of an action on broken infrastructure: waits {@code first}, doubles the wait up to
 * {@code longest}, and gives up when {@code total} has passed since the first attempt. It is the
 * only place in the project that sleeps.
 *
 * <p>Failure mode: {@link GaveUpException} with the number of attempts and the last cause.
 *
 * <p><em>Immutable and thread-safe.</em>
 */
public final class Backoff {
    private final Duration first;
    private final Duration longest;
    private final Duration total;
    private final LongSupplier nanoTime;
    private final Pause pause;

    /** One try of the action. */
    @FunctionalInterface
    public interface Attempt<T> {
        /**
         * @param left time until the retry gives up, at least 1 ms: the attempt's own time limit
         */
        T run(Duration left) throws Exception;
    }

    /** How to wait; a test passes one that only moves its clock. */
    @FunctionalInterface
    interface Pause {
        void rest(Duration wait) throws InterruptedException;
    }

    /**
     * @param first wait after the first failure, positive
     * @param longest limit of a single wait, at least {@code first}
     * @param total limit of all attempts and waits together, positive
     */
    public Backoff(Duration first, Duration longest, Duration total) {
        this(first, longest, total, System::nanoTime, wait -> Thread.sleep(wait.toMillis()));
    }

    Backoff(Duration first, Duration longest, Duration total, LongSupplier nanoTime, Pause pause) {
        if (first.toMillis() < 1 || longest.compareTo(first) < 0 || total.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "back-off needs 1 ms <= first <= longest and a total of at least 1 ms, was first "
                            + first
                            + ", longest "
                            + longest
                            + ", total "
                            + total);
        }
        this.first = first;
        this.longest = longest;
        this.total = total;
        this.nanoTime = Objects.requireNonNull(nanoTime);
        this.pause = Objects.requireNonNull(pause);
    }

    /** Waits of 20 ms to 500 ms within {@code total}: right for a broker that is nearly ready. */
    public static Backoff within(Duration total) {
        return new Backoff(Duration.ofMillis(20), Duration.ofMillis(500), total);
    }

    /**
     * Runs the action until it returns.
     *
     * @param action what is tried, for the error message: "wait for the leaders of 3 topics"
     * @param passing whether a failure may pass by itself; another failure ends the retry at once
     * @return what the attempt returned
     * @throws GaveUpException when time is up, the failure does not pass or the thread was
     *     interrupted (its interrupt flag is then set)
     */
    public <T> T retry(String action, Predicate<Throwable> passing, Attempt<T> attempt) {
        long deadline = nanoTime.getAsLong() + total.toNanos();
        Duration wait = first;
        for (int attempts = 1; ; attempts++) {
            Exception failure;
            try {
                return attempt.run(atLeastOneMilli(deadline - nanoTime.getAsLong()));
            } catch (InterruptedException interrupted) {
                throw interrupted(action, interrupted);
            } catch (Exception failed) { // an attempt may fail in any way; the predicate judges it
                failure = failed;
            }
            long leftNanos = deadline - nanoTime.getAsLong();
            if (!passing.test(failure)) {
                throw new GaveUpException("could not " + action + ": " + reason(failure), failure);
            }
            if (leftNanos <= 0) {
                throw new GaveUpException(
                        "could not %s within %d ms (%d attempts): %s"
                                .formatted(action, total.toMillis(), attempts, reason(failure)),
                        failure);
            }
            try {
                pause.rest(wait.toNanos() < leftNanos ? wait : atLeastOneMilli(leftNanos));
            } catch (InterruptedException interrupted) {
                throw interrupted(action, interrupted);
            }
            wait = wait.multipliedBy(2).compareTo(longest) < 0 ? wait.multipliedBy(2) : longest;
        }
    }

    private static GaveUpException interrupted(String action, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new GaveUpException("interrupted while trying to " + action, cause);
    }

    private static Duration atLeastOneMilli(long nanos) {
        return Duration.ofNanos(Math.max(nanos, 1_000_000L));
    }

    /** Futures wrap the failure that matters; the message names the innermost one. */
    private static String reason(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return innermost.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
