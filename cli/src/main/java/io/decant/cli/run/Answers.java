package io.decant.cli.run;

import java.util.Arrays;

/**
 * What a model answered to samples whose classes are known. Compares by identity. <i>Immutable by
 * convention: nobody writes to the arrays.</i>
 */
public final class Answers {
    /** Bins of the calibration error: equal widths. */
    static final int BINS = 15;

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

    public int size() {
        return truth.length;
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
        return Arrays.stream(logits).mapToInt(Answers::argmax).toArray();
    }

    /** The likeliest class; of equals the first. */
    public static int argmax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Share of right answers. */
    public double accuracy() {
        int right = 0;
        for (int i = 0; i < truth.length; i++) {
            right += argmax(logits[i]) == truth[i] ? 1 : 0;
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
                right += argmax(logits[i]) == ofClass ? 1 : 0;
            }
        }
        return right / (double) all;
    }

    /**
     * Expected calibration error (Guo and others 2017, equation 3): the mean over {@value #BINS}
     * bins of confidence, weighted by their samples, of |accuracy − mean confidence|.
     */
    public double calibrationError() {
        double[] confidence = new double[BINS];
        int[] right = new int[BINS];
        for (int i = 0; i < truth.length; i++) {
            int best = argmax(logits[i]);
            double sure = probability(logits[i], best);
            int bin = Math.min(BINS - 1, (int) (sure * BINS));
            confidence[bin] += sure;
            right[bin] += best == truth[i] ? 1 : 0;
        }
        double error = 0;
        for (int bin = 0; bin < BINS; bin++) {
            error += Math.abs(right[bin] - confidence[bin]);
        }
        return error / truth.length;
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
