package io.decant.trainer.learn;

import io.decant.model.checkpoint.ErrorFeedback;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.StepSettings;
import io.decant.trainer.gate.GateSettings;

/**
 * Everything but the journal that decides the bits of learning. <i>Immutable.</i>
 *
 * @param spec the student; its canned inputs are chosen by the learner
 * @param step optimiser, temperature, averaging
 * @param alpha weight of the teacher where there is a label, in [0, 1]
 * @param shadow whether a second student learns from labels alone, for comparison
 * @param initialWeights how a new model starts
 * @param seed of all randomness
 * @param predictionCapacity stored predictions that may wait for a label, at least 1
 * @param feedback how versions follow the averaged weights
 * @param gate what is held out, and how versions are judged with it
 */
public record LearningSettings(
        ModelSpec spec,
        StepSettings step,
        double alpha,
        boolean shadow,
        Initial initialWeights,
        long seed,
        int predictionCapacity,
        ErrorFeedback feedback,
        GateSettings gate) {

    /** How a new model's weights are chosen. */
    public enum Initial {
        /** PyTorch's default for linear layers, from the seed. */
        UNIFORM,
        /** All 0. */
        ZEROS
    }

    /** Without a publishing gate. */
    public LearningSettings(
            ModelSpec spec,
            StepSettings step,
            double alpha,
            boolean shadow,
            Initial initialWeights,
            long seed,
            int predictionCapacity,
            ErrorFeedback feedback) {
        this(
                spec,
                step,
                alpha,
                shadow,
                initialWeights,
                seed,
                predictionCapacity,
                feedback,
                GateSettings.OFF);
    }

    public LearningSettings {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha must be between 0 and 1, was " + alpha);
        }
        if (predictionCapacity < 1) {
            throw new IllegalArgumentException(
                    "predictions.capacity must be at least 1, was " + predictionCapacity);
        }
        if (spec.classCount() > PredictionStore.MAX_CLASSES) {
            throw new IllegalArgumentException(
                    "model.dims must end with at most "
                            + PredictionStore.MAX_CLASSES
                            + " classes, was "
                            + spec.classCount());
        }
    }
}
