package io.decant.cli.run;

import io.decant.model.number.CalibrationError;
import io.decant.model.number.Greatest;
import java.util.Arrays;

/**
 * What a model answered to samples whose classes are known. Compares by identity. <i>Immutable by
 * convention: nobody writes to the arrays.</i>
 */
public final class Answers {
    private final float[][] logits;
    private final int[] truth;

    /**
     * @param logits before softmax, [samples][classes]
     * @param truth right classes, [samples]
     */
    public Answers(float[][] logits, int[] truth) {
        if (logits.length != truth.length) {
            throw new IllegalArgumentException(
                    "there must be as many answers as classes, were "
                            + logits.length
                            + " and "
                            + truth.length);
        }
        this.logits = logits;
        this.truth = truth;
    }

    public int classCount() {
        return logits[0].length;
    }

    /** Logits of a sample, before softmax: [classes]. */
    public float[] logits(int sample) {
        return logits[sample].clone();
    }

    /** Share of the samples that are of a class. */
    public double share(int ofClass) {
        return Arrays.stream(truth).filter(each -> each == ofClass).count() / (double) truth.length;
    }

    /** Likeliest class of each sample. */
    public int[] classes() {
        return Arrays.stream(logits).mapToInt(Greatest::of).toArray();
    }

    /** Share of right answers. */
    public double accuracy() {
        int right = 0;
        for (int i = 0; i < truth.length; i++) {
            right += Greatest.of(logits[i]) == truth[i] ? 1 : 0;
        }
        return right / (double) truth.length;
    }

    /** Share of a class's samples that are answered with it; NaN when there are none. */
    public double recall(int ofClass) {
        int right = 0;
        int all = 0;
        for (int i = 0; i < truth.length; i++) {
            if (truth[i] == ofClass) {
                all++;
                right += Greatest.of(logits[i]) == ofClass ? 1 : 0;
            }
        }
        return right / (double) all;
    }

    /** See {@link CalibrationError}. */
    public double calibrationError() {
        CalibrationError error = new CalibrationError();
        for (int i = 0; i < truth.length; i++) {
            int best = Greatest.of(logits[i]);
            error.add(probability(logits[i], best), best == truth[i]);
        }
        return error.value().orElse(Double.NaN);
    }

    /** Mean probability that softmax gives a class. */
    public double meanProbability(int ofClass) {
        double sum = 0;
        for (float[] row : logits) {
            sum += probability(row, ofClass);
        }
        return sum / logits.length;
    }

    /** The same answers with a number added to the logit of one class. */
    public Answers withBias(int ofClass, double bias) {
        float[][] shifted = new float[logits.length][];
        for (int i = 0; i < logits.length; i++) {
            shifted[i] = logits[i].clone();
            shifted[i][ofClass] += (float) bias;
        }
        return new Answers(shifted, truth);
    }

    private static double probability(float[] logits, int ofClass) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - logits[ofClass]);
        }
        return 1 / sum;
    }
}
