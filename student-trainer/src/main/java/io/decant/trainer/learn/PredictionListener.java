package io.decant.trainer.learn;

/** Hears of each live pair's prediction, made before the pair was learned. Called on the learning thread; it changes nothing. */
@FunctionalInterface
public interface PredictionListener {
    /** Hears nothing. */
    PredictionListener NONE = (sample, student) -> {};

    /**
     * A pair was predicted.
     *
     * @param student class that the student's raw weights choose
     */
    void predicted(SampleKey sample, int student);
}
