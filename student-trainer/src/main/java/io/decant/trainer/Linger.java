package io.decant.trainer;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides when time closes an open batch: when nothing was learned for a while although something
 * is open. A step starts the wait anew, so a steady stream is never cut. Pure but for what it
 * remembers. <i>Owned by the trainer's stage thread.</i>
 */
final class Linger {
    private final Duration longest;
    private Optional<Instant> openSince = Optional.empty();
    private long stepsThen;

    Linger(Duration longest) {
        this.longest = longest;
    }

    /**
     * Whether the open batch has to be closed now.
     *
     * @param open whether pairs wait in an open batch
     * @param steps optimiser steps taken so far
     */
    boolean isOver(boolean open, long steps, Instant now) {
        if (!open) {
            openSince = Optional.empty();
        } else if (openSince.isEmpty() || steps != stepsThen) {
            openSince = Optional.of(now);
            stepsThen = steps;
        }
        boolean over = openSince.isPresent() && !left(now).isPresent();
        if (over) {
            openSince = Optional.empty();
        }
        return over;
    }

    /** How long the open batch may still wait; empty when none is open or its time is up. */
    Optional<Duration> left(Instant now) {
        return openSince
                .map(since -> longest.minus(Duration.between(since, now)))
                .filter(left -> !left.isNegative() && !left.isZero());
    }
}
