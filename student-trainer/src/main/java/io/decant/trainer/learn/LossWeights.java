package io.decant.trainer.learn;

import io.decant.records.PairKind;

/**
 * The factors of a pair's two loss terms in L = (1/B) Σ [ a T² KL(p_T ‖ q_T) + h (1 − α) CE(y, q)
 * ], a = α if labelled else 1, with B = {@link BatchPlanner#GROUP} whatever the group's size is.
 * Dividing by the number of labelled pairs instead would let rare labels shout. Where nobody was
 * asked, nothing is left to the teacher, and the label has the whole weight. <i>Immutable.</i>
 *
 * @param teacher a / B
 * @param label h (1 − α) / B; h / B without a teacher
 */
record LossWeights(float teacher, float label) {
    /**
     * The factors for a pair.
     *
     * @param alpha weight of the teacher where there is a label, in [0, 1]
     * @param unlabelled weight of the teacher where there is none, in [0, 1]
     */
    static LossWeights of(PairKind kind, double alpha, double unlabelled) {
        float all = (float) (unlabelled / BatchPlanner.GROUP);
        float teacher = (float) (alpha / BatchPlanner.GROUP);
        float alone = 1f / BatchPlanner.GROUP;
        float label = (float) ((1 - alpha) / BatchPlanner.GROUP);
        return switch (kind) {
            case LABELLED -> new LossWeights(teacher, label);
            case SOFT_ONLY -> new LossWeights(all, 0);
            case LABEL_ONLY -> new LossWeights(0, alone);
            case LABEL_CORRECTION -> new LossWeights(0, label);
            case GATE, UNKNOWN ->
                    throw new IllegalArgumentException("a " + kind + " pair is not learned");
        };
    }
}
