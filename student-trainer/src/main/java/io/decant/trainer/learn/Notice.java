package io.decant.trainer.learn;

import io.decant.trainer.drift.Drift;
import java.util.Locale;

/**
 * Something that an operator should hear of, once. After a failure the samples since the last
 * version are learned again, and notice is given again. <i>Immutable.</i>
 *
 * @param what happened
 * @param at the sample at which it was noticed
 */
public record Notice(What what, JournalPosition at) {
    /** Kind: drift was noticed. */
    public static final String DRIFT = "drift";

    /** Kind: the teacher's weight fell below its bound. */
    public static final String TRUST_ALARM = "trust-alarm";

    /** Kind: it is back. */
    public static final String TRUST_RESTORED = "trust-restored";

    /**
     * What happened.
     *
     * @param kind one of the constants
     * @param signal in which it was seen
     * @param size how large
     * @param detail one sentence with the figures
     */
    public record What(String kind, String signal, double size, String detail) {
        static What of(Drift drift) {
            return new What(
                    DRIFT,
                    drift.signal().text(),
                    drift.size(),
                    String.format(
                            Locale.ROOT,
                            "the mean of %s has risen by %.3f",
                            drift.signal().text(),
                            drift.size()));
        }
    }
}
