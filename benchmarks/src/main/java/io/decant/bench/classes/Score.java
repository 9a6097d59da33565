package io.decant.bench.classes;

/**
 * How a student does on samples that it has not learned from. <i>Immutable.</i>
 *
 * @param accuracy share of right answers, in [0, 1]
 * @param ece expected calibration error in [0, 1]: over 15 bins of equal width of the highest
 *     probability, Σ (n_b/n) |accuracy_b − confidence_b| (Guo and others, ICML 2017)
 * @param divergence mean KL(teacher‖student) at temperature 1, nats
 */
record Score(double accuracy, double ece, double divergence) {
    private static final int BINS = 15;

    /** Sums up samples one by one. <i>Owned by one thread.</i> */
    static final class Tally {
        private final int[] count = new int[BINS];
        private final int[] right = new int[BINS];
        private final double[] confidence = new double[BINS];
        private double divergence;

        /**
         * Adds a sample.
         *
         * @param teacher log-probabilities, [classes]
         * @param student log-probabilities, [classes]
         */
        void add(double[] teacher, double[] student, int label) {
            int best = 0;
            for (int c = 0; c < student.length; c++) {
                best = student[c] > student[best] ? c : best;
                divergence += Math.exp(teacher[c]) * (teacher[c] - student[c]);
            }
            double sure = Math.exp(student[best]);
            int bin = Math.min(BINS - 1, (int) (sure * BINS));
            count[bin]++;
            right[bin] += best == label ? 1 : 0;
            confidence[bin] += sure;
        }

        Score score() {
            int all = 0;
            int correct = 0;
            double error = 0;
            for (int bin = 0; bin < BINS; bin++) {
                all += count[bin];
                correct += right[bin];
                error += Math.abs(right[bin] - confidence[bin]);
            }
            return new Score((double) correct / all, error / all, divergence / all);
        }
    }

    /** Log-probabilities, [classes], at temperature 1. */
    static double[] logSoftmax(float[] logits) {
        double most = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - most);
        }
        double[] logs = new double[logits.length];
        for (int c = 0; c < logs.length; c++) {
            logs[c] = logits[c] - most - Math.log(sum);
        }
        return logs;
    }
}
