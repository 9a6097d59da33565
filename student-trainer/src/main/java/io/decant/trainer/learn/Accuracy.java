package io.decant.trainer.learn;

import java.util.OptionalDouble;

/**
 * A share of hits among scored predictions; empty while nothing was scored. <i>Immutable.</i>
 *
 * @param scored number of predictions scored
 * @param cumulative over all of them, in [0, 1]
 * @param sliding over the last 1 000, in [0, 1]
 * @param fading with factor 0.999 a score, in [0, 1]
 */
public record Accuracy(
        long scored, OptionalDouble cumulative, OptionalDouble sliding, OptionalDouble fading) {
    /** Nothing scored. */
    public static final Accuracy NONE =
            new Accuracy(0, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
}
