package io.decant.trainer.replay;

/** What came of making a version again. <i>Immutable.</i> */
public sealed interface Verdict {
    /** The version that it is about. */
    long version();

    /**
     * Weights and state have the digests that lineage recorded.
     *
     * @param weightsSha256 of e_n, hexadecimal
     * @param stateSha256 of the whole state, hexadecimal
     */
    record Equal(long version, String weightsSha256, String stateSha256) implements Verdict {}

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
