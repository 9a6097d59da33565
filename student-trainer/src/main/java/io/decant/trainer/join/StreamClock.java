package io.decant.trainer.join;

import java.time.Duration;

/**
 * The time that a partition's events tell: the latest event time seen. A single wrong timestamp
 * must not end every window, so an event further in the future than the tolerance does not count.
 * After a restart it begins with the first event; windows then only last longer. <i>Owned by one
 * thread.</i>
 */
final class StreamClock {
    private final long toleranceMillis;
    private long latestMillis = Long.MIN_VALUE;

    StreamClock(Duration tolerance) {
        toleranceMillis = tolerance.toMillis();
    }

    /**
     * Takes an event's time into account.
     *
     * @return false if it is further in the future than the tolerance, and did not count
     */
    boolean advance(long eventMillis, long wallMillis) {
        if (eventMillis > wallMillis + toleranceMillis) {
            return false;
        }
        latestMillis = Math.max(latestMillis, eventMillis);
        return true;
    }

    /** Milliseconds since 1970-01-01T00:00Z; {@code Long.MIN_VALUE} before the first event. */
    long millis() {
        return latestMillis;
    }
}
