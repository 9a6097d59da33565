package io.decant.teacher.commit;

import java.time.Duration;
import java.util.Optional;

/**
 * How often, and after which wait, work may begin again after failures without a success in
 * between. The wait doubles. <i>Owned by one thread.</i>
 */
public final class RetryBudget {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final int attempts;
    private final Duration firstWait;
    private int failures;

    /**
     * A full budget.
     *
     * @param attempts new beginnings allowed in a row, 0 or more
     * @param firstWait wait before the first
     */
    public RetryBudget(int attempts, Duration firstWait) {
        this.attempts = attempts;
        this.firstWait = firstWait;
    }

    /** Counts a failure: the wait before the next attempt, or empty when none is left. */
    public Optional<Duration> failed() {
        failures++;
        if (failures > attempts) {
            return Optional.empty();
        }
        // 30 doublings take a millisecond past any wait allowed.
        Duration wait = firstWait.multipliedBy(1L << Math.min(30, failures - 1));
        return Optional.of(wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT);
    }

    /** Work was committed: the budget is full again. */
    public void succeeded() {
        failures = 0;
    }

    public int failures() {
        return failures;
    }
}
