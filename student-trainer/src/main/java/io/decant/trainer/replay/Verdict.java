package io.decant.trainer.replay;

import io.decant.trainer.learn.LearnerState;

/** What came of making a version again. <i>Immutable.</i> */
public sealed interface Verdict {
    /** The version that it is about. */
    long version();

    /**
     * Weights and state have the digests that lineage recorded.
     *
     * @param state of the version
     */
    record Equal(long version, LearnerState state) implements Verdict {}

    /**
     * Something is not as lineage recorded it.
     *
     * @param difference the first that was found
     * @param likelyCause what may explain it
     */
    record Differs(long version, String difference, String likelyCause) implements Verdict {}

    /**
     * What is needed to make the version again is gone. Never to be taken for equal.
     *
     * @param missing what is gone, and where
     */
    record NotVerifiable(long version, String missing) implements Verdict {}
}
