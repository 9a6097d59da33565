package io.decant.trainer.quality;

import io.decant.model.number.Greatest;

/**
 * Probabilities of classes, by functions that give the same bits on every machine. <i>Immutable, as
 * long as nobody writes to the logits.</i>
 */
public final class Distribution {
    private final float[] logits;
    private final double logSum;
    private final int likeliest;

    /**
     * The softmax of logits at temperature 1.
     *
     * @param logits [classes], finite; not copied
     */
    public Distribution(float[] logits) {
        this.logits = logits;
        int best = Greatest.of(logits);
        double sum = 0;
        for (float logit : logits) {
            sum += StrictMath.exp((double) logit - logits[best]);
        }
        likeliest = best;
        logSum = logits[best] + StrictMath.log(sum);
    }

    /** Probability of the likeliest class. */
    public float confidence() {
        return (float) StrictMath.exp(logOf(likeliest));
    }

    /** −log p, in nats. */
    public float nats(int label) {
        return (float) -logOf(label);
    }

    /** KL(this ‖ other), in nats. */
    public float divergence(Distribution other) {
        double sum = 0;
        for (int c = 0; c < logits.length; c++) {
            double log = logOf(c);
            sum += StrictMath.exp(log) * (log - other.logOf(c));
        }
        return (float) Math.max(0, sum);
    }

    private double logOf(int label) {
        return logits[label] - logSum;
    }
}
