package io.decant.trainer.learn;

/**
 * Hears of steps, and of each prediction of the student that was made just before its sample was
 * learned; of a GPU's predictions some steps late, but in their order. After a failure a sample is
 * learned again from the state before it, and is then heard of again. It cannot change what is
 * learned. <i>Called by the learner's thread.</i>
 */
@FunctionalInterface
public interface PredictionListener {
    /** Hears nothing. */
    PredictionListener NONE = (sampleId, student) -> {};

    /**
     * A sample was predicted.
     *
     * @param student the class that the student's raw weights chose
     */
    void predicted(String sampleId, int student);

    /**
     * The same sample was predicted by the shadow; not heard of without one.
     *
     * @param shadow the class that the shadow's raw weights chose
     */
    default void shadowPredicted(String sampleId, int shadow) {
        // Most listen to the student only.
    }

    /**
     * A step was learned. Whoever listens may ask the learner for counters and the last loss, and
     * must not teach it.
     */
    default void stepped(Learner learner) {
        // Most listen to predictions only.
    }
}
