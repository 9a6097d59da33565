package io.decant.model.number;

import java.util.OptionalDouble;

/**
 * Expected calibration error: how far confidence is from accuracy, with {@value #BINS} bins of
 * equal width (Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", ICML
 * 2017, section 2): Σ_b n_b/n |accuracy_b − confidence_b|. <i>Owned by one thread.</i>
 */
public final class CalibrationError {
    /** Bins of the unit interval. */
    public static final int BINS = 15;

    private final long[] counts = new long[BINS];
    private final long[] hits = new long[BINS];
    private final double[] confidences = new double[BINS];
    private long total;

    /**
     * Takes an answer in.
     *
     * @param confidence probability that was given to the class that was chosen, in [0, 1]
     */
    public void add(double confidence, boolean right) {
        // Bin b is (b/15, (b + 1)/15], as in the paper.
        int bin = Math.max(0, Math.min(BINS - 1, (int) Math.ceil(confidence * BINS) - 1));
        counts[bin]++;
        hits[bin] += right ? 1 : 0;
        confidences[bin] += confidence;
        total++;
    }

    /** In [0, 1]; empty when nothing was taken in. */
    public OptionalDouble value() {
        if (total == 0) {
            return OptionalDouble.empty();
        }
        double error = 0;
        for (int bin = 0; bin < BINS; bin++) {
            error += Math.abs(hits[bin] - confidences[bin]);
        }
        return OptionalDouble.of(error / total);
    }
}
