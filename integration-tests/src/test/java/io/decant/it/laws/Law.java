package io.decant.it.laws;

/** A guarantee of DESIGN section 4, checked over what a run has left in the topics. */
public interface Law {
    /** The guarantee in one sentence. */
    String sentence();

    /** Fails when the run broke the law; the message names the first record that did. */
    void check(RunRecord run);
}
