package io.decant.trainer.lease;

import io.decant.pipeline.retry.Endurance;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides what a trainer does next about its lease, and when it gives up. Losing the lease is no
 * failure; what goes wrong while the lease is held is one. Pure but for what it remembers. <i>Owned
 * by the trainer's stage thread.</i>
 */
public final class Leadership {
    private final Endurance endurance;
    private final Duration backoff;
    private Optional<Term> leading = Optional.empty();
    private Optional<Instant> notBefore = Optional.empty();
    private boolean givesUp;

    /** What to do in a turn. */
    public enum Step {
        /** Another process holds the lease: wait for it. */
        STAND_BY,
        /** The lease is held, but the last attempt has just failed: wait a moment. */
        PAUSE,
        /** The lease is held in a term that is not led yet: prove it, then read the state. */
        TAKE_OVER,
        /** Learn and publish. */
        LEAD
    }

    /**
     * Starts standing by.
     *
     * @param attempts failures in a row, with no version between them, that are too many
     * @param backoff wait after a failure
     * @param outage how long failures are borne that an outage explains
     */
    public Leadership(int attempts, Duration backoff, Duration outage) {
        this.endurance = new Endurance(attempts - 1, outage);
        this.backoff = backoff;
    }

    /**
     * The next step.
     *
     * @param held the lease's term; empty while another process holds the lease
     */
    public Step next(Optional<Term> held, Instant now) {
        if (held.isPresent() && held.equals(leading)) {
            return Step.LEAD;
        }
        leading = Optional.empty();
        if (held.isEmpty()) {
            return Step.STAND_BY;
        }
        return notBefore.filter(now::isBefore).isPresent() ? Step.PAUSE : Step.TAKE_OVER;
    }

    /** The model was taken over under this term. */
    public void leads(Term term) {
        leading = Optional.of(term);
    }

    /** A version was committed: the failures before it are over. */
    public void published() {
        endurance.succeeded();
    }

    /** The lease was lost: what is led ends, and the next step says what then. Counts nothing. */
    public void lost() {
        leading = Optional.empty();
    }

    /**
     * Something went wrong although the lease was not lost.
     *
     * @return failures in a row, this one included
     */
    public int failed(Throwable failure, Instant now) {
        leading = Optional.empty();
        notBefore = Optional.of(now.plus(backoff));
        givesUp = !endurance.bears(failure, now);
        return endurance.failures();
    }

    /** Whether it has failed too often, or for too long, to go on. */
    public boolean givesUp() {
        return givesUp;
    }
}
