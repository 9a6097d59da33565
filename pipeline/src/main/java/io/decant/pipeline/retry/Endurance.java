package io.decant.pipeline.retry;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How failures in a row are borne: those of the surroundings for a time, because a broker that is
 * away comes back; a refusal not at all; all others a number of times. Pure but for what it
 * remembers. <i>Owned by one thread.</i>
 */
public final class Endurance {
    private final int attempts;
    private final Duration outage;
    private Optional<Instant> awaySince = Optional.empty();
    private int failures;
    private int others;

    /**
     * Nothing has failed yet.
     *
     * @param attempts failures in a row that are borne without an outage to explain them, 0 or more
     * @param outage how long failures that an outage explains are borne
     */
    public Endurance(int attempts, Duration outage) {
        this.attempts = attempts;
        this.outage = outage;
    }

    /**
     * Counts a failure.
     *
     * @param now of a clock that does not go back
     * @return whether work may begin again
     */
    public boolean bears(Throwable failure, Instant now) {
        failures++;
        if (Outage.isRefusal(failure)) {
            return false;
        }
        if (!Outage.explains(failure)) {
            return ++others <= attempts;
        }
        Instant since = awaySince.orElse(now);
        awaySince = Optional.of(since);
        return Duration.between(since, now).compareTo(outage) < 0;
    }

    /** Work went well: what was borne is forgotten. */
    public void succeeded() {
        awaySince = Optional.empty();
        failures = 0;
        others = 0;
    }

    /** Failures in a row. */
    public int failures() {
        return failures;
    }
}
