package io.decant.trainer.gate;

import java.util.List;

/**
 * A candidate against the live version on the same samples. Samples that both answer right, or both
 * wrong, say nothing about which is better; the others do. <i>Immutable.</i>
 *
 * @param samples compared
 * @param won samples that the candidate alone answers right
 * @param lost samples that the live version alone answers right
 * @param right samples that the live version answers right
 */
public record PairedTest(int samples, int won, int lost, int right) {
    static PairedTest of(List<Compared> samples) {
        int won = 0;
        int lost = 0;
        int right = 0;
        for (Compared sample : samples) {
            won += sample.candidate().right() && !sample.live().right() ? 1 : 0;
            lost += !sample.candidate().right() && sample.live().right() ? 1 : 0;
            right += sample.live().right() ? 1 : 0;
        }
        return new PairedTest(samples.size(), won, lost, right);
    }

    /** Candidate's accuracy minus the live version's, in [-1, 1]. */
    public double difference() {
        return (won - lost) / (double) samples;
    }

    /** Of the difference: √(a + b − (a − b)² / n) / n with a won, b lost, n samples. */
    public double standardError() {
        double more = won - lost;
        return Math.sqrt(won + lost - more * more / samples) / samples;
    }

    /** The live version's accuracy, in [0, 1]. */
    double liveAccuracy() {
        return right / (double) samples;
    }

    /** The candidate's accuracy, in [0, 1]. */
    double candidateAccuracy() {
        return liveAccuracy() + difference();
    }

    /**
     * The standard normal distribution's quantile of 1 − {@code tail}, to within 0.00045
     * (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.23).
     *
     * @param tail in (0, 0.5]
     */
    static double quantile(double tail) {
        double t = StrictMath.sqrt(-2 * StrictMath.log(tail));
        double upper = 2.515517 + t * (0.802853 + t * 0.010328);
        double lower = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
        return t - upper / lower;
    }
}
