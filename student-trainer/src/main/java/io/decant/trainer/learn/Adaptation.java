package io.decant.trainer.learn;

import java.util.List;

/**
 * How learning adapts at the moment. <i>Immutable.</i>
 *
 * @param alpha weight of the teacher where there is a label, in [0, 1]
 * @param unlabelledAlpha weight of the teacher where there is none yet, in [0, 1]
 * @param driftActive whether drift was noticed a short while ago, and the teacher is to be asked
 *     more
 * @param drifts noticed since the model's genesis
 * @param remembered samples that can be rehearsed
 * @param teachers that have answered, in the order in which they first did
 */
public record Adaptation(
        double alpha,
        double unlabelledAlpha,
        boolean driftActive,
        long drifts,
        int remembered,
        List<Teacher> teachers) {
    public Adaptation {
        teachers = List.copyOf(teachers);
    }

    /**
     * A teacher as the learner sees it.
     *
     * @param weight in [0, 1], if all of them answered
     * @param accuracy on the latest labels, fading; 1/2 before the first
     */
    public record Teacher(String id, double weight, double accuracy) {}
}
