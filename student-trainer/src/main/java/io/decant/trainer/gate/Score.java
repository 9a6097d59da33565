package io.decant.trainer.gate;

import io.decant.model.number.Greatest;

/**
 * How a model answers one labelled sample. <i>Immutable.</i>
 *
 * @param right whether its greatest logit is the label's; the lowest class of equals counts
 * @param nats negative log-likelihood of the label
 */
public record Score(boolean right, double nats) {
    /**
     * Scores an answer: {@code -log softmax(logits)[label]}, with functions that give the same bits
     * on every machine.
     *
     * @param logits [classes], before softmax
     */
    public static Score of(float[] logits, int label) {
        int best = Greatest.of(logits);
        double sum = 0;
        for (float logit : logits) {
            sum += StrictMath.exp((double) logit - logits[best]);
        }
        return new Score(best == label, logits[best] - logits[label] + StrictMath.log(sum));
    }
}
