package io.decant.trainer.learn;

/**
 * How learning adapts at the moment. <i>Immutable.</i>
 *
 * @param alpha weight of the teacher where there is a label, in [0, 1]
 * @param unlabelledAlpha weight of the teacher where there is none yet, in [0, 1]
 * @param driftActive whether drift was noticed a short while ago
 * @param drifts noticed since the model's genesis
 * @param remembered samples that can be rehearsed
 */
public record Adaptation(
        double alpha, double unlabelledAlpha, boolean driftActive, long drifts, int remembered) {}
