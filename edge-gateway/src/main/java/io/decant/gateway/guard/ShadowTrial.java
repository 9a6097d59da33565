package io.decant.gateway.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A candidate's time beside the served version. It fails at the first breach. It passes when its
 * time is over, however few requests came: a gateway that nobody asks would else never learn, and
 * the watch after the swap sees what the trial did not. Pure. <i>Owned by the guard.</i>
 */
final class ShadowTrial {
    private final Window window;
    private final int wanted;
    private final Instant notBefore;
    private final Instant atLatest;

    /** How a trial stands. */
    sealed interface Outcome {
        /** Not decided yet. */
        record Running() implements Outcome {}

        /**
         * It may be swapped in.
         *
         * @param remark one sentence when few requests came; else empty
         */
        record Passed(String remark) implements Outcome {}

        /** It must not be served. */
        record Failed(String reason) implements Outcome {}
    }

    /**
     * Begins a trial.
     *
     * @param atLeast time that it takes in any case
     * @param atMost time after which it is decided with what there is; between the two it is
     *     decided when enough requests were compared
     */
    ShadowTrial(GuardSettings settings, Duration atLeast, Duration atMost, Instant now) {
        wanted = settings.shadowMinimum();
        window = new Window(settings, wanted);
        notBefore = now.plus(atLeast);
        atLatest = now.plus(atMost);
    }

    void compared(Comparison comparison) {
        window.add(comparison);
    }

    Outcome outcome(Instant now) {
        Optional<String> breach = window.breach();
        if (breach.isPresent()) {
            return new Outcome.Failed(breach.get());
        }
        boolean enough = window.compared() >= wanted;
        if (now.isBefore(notBefore) || (!enough && now.isBefore(atLatest))) {
            return new Outcome.Running();
        }
        return new Outcome.Passed(
                enough
                        ? ""
                        : "only "
                                + window.compared()
                                + " live requests were compared in its shadow trial; "
                                + wanted
                                + " are wanted (guard.shadow-minimum)");
    }
}
