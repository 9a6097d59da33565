package io.decant.trainer.learn;

import java.util.List;

/**
 * What a label teaches and what it scores.
 *
 * <p>Cross-entropy is linear in its target, so for a label that is a distribution d the class drawn
 * from d teaches the same on average as d itself. The draw is a function of seed and sample, so it
 * is the same at every replay. Scores use the most probable class. <i>Immutable.</i>
 *
 * @param learned the class that the loss uses, 0 to C-1
 * @param scored the class that predictions are compared with, 0 to C-1
 */
public record LabelClass(int learned, int scored) {
    public LabelClass {
        if (learned < 0 || scored < 0) {
            throw new IllegalArgumentException(
                    "a class must be at least 0, was " + learned + " and " + scored);
        }
    }

    public static LabelClass of(int index) {
        return new LabelClass(index, index);
    }

    /**
     * A label that is a distribution.
     *
     * @param probabilities [C], each at least 0, with a positive sum
     * @param uniform in [0, 1)
     */
    public static LabelClass drawn(List<Float> probabilities, double uniform) {
        double sum = 0;
        int likeliest = 0;
        for (int c = 0; c < probabilities.size(); c++) {
            sum += probabilities.get(c);
            if (probabilities.get(c) > probabilities.get(likeliest)) {
                likeliest = c;
            }
        }
        double below = 0;
        int drawn = likeliest; // Rounding may leave the draw beyond the last border.
        for (int c = 0; c < probabilities.size(); c++) {
            below += probabilities.get(c);
            if (uniform * sum < below) {
                drawn = c;
                break;
            }
        }
        return new LabelClass(drawn, likeliest);
    }
}
