package io.decant.teacher.commit;

import io.decant.pipeline.retry.Endurance;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether, and after which wait, work may begin again after failures without a success in between.
 * The wait doubles. <i>Owned by one thread.</i>
 */
public final class RetryBudget {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final Endurance endurance;
    private final Duration firstWait;

    /**
     * A full budget.
     *
     * @param attempts new beginnings allowed in a row, 0 or more
     * @param firstWait wait before the first
     * @param outage how long failures are borne that an outage explains
     */
    public RetryBudget(int attempts, Duration firstWait, Duration outage) {
        this.endurance = new Endurance(attempts, outage);
        this.firstWait = firstWait;
    }

    /** Counts a failure: the wait before the next attempt, or empty when none is left. */
    public Optional<Duration> failed(Throwable failure, Instant now) {
        if (!endurance.bears(failure, now)) {
            return Optional.empty();
        }
        // 30 doublings take a millisecond past any wait allowed.
        Duration wait = firstWait.multipliedBy(1L << Math.min(30, endurance.failures() - 1));
        return Optional.of(wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT);
    }

    /** Work was committed: the budget is full again. */
    public void succeeded() {
        endurance.succeeded();
    }

    public int failures() {
        return endurance.failures();
    }
}
