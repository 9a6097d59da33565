package io.decant.cli.feed;

import java.util.OptionalDouble;

/**
 * Tells when the next sample is due, so that so many leave in a second; a late one is caught up.
 * <i>Owned by one thread.</i>
 */
public final class Pace {
    private final OptionalDouble rate;
    private long startedNanos;
    private long taken;

    /**
     * @param rate samples a second, above 0; empty = as fast as possible
     */
    public Pace(OptionalDouble rate) {
        this.rate = rate;
    }

    /**
     * Time until the next sample is due, in nanoseconds; 0 or less = now. The first call starts.
     */
    public long nanosUntilDue(long nowNanos) {
        if (taken == 0) {
            startedNanos = nowNanos;
        }
        return rate.isEmpty()
                ? 0
                : startedNanos + (long) (taken * 1e9 / rate.getAsDouble()) - nowNanos;
    }

    /** A sample has left. */
    public void take() {
        taken++;
    }
}
