package io.decant.cli.scenario;

import io.decant.cli.run.Answers;

/**
 * Corrects the bias of one class, as Hinton, Vinyals and Dean did for a class that the transfer set
 * lacked ("Distilling the knowledge in a neural network", 2015, section 3): it is set so that the
 * mean probability of the class on an unlabelled set is its share of that set. <i>Thread-safe: all
 * methods are pure.</i>
 */
final class BiasStep {
    /** Logits differ by less. */
    private static final double FARTHEST = 64;

    private static final double CLOSE = 1e-4;

    private BiasStep() {}

    /**
     * What to add to the class's logit.
     *
     * @param unlabelled answers to samples with all classes; of their truth only the class's share
     *     is used
     */
    static double of(Answers unlabelled, int ofClass) {
        double prior = unlabelled.share(ofClass);
        double low = -FARTHEST;
        double high = FARTHEST;
        // The mean probability grows with the bias, so halving finds it.
        while (high - low > CLOSE) {
            double middle = (low + high) / 2;
            if (unlabelled.withBias(ofClass, middle).meanProbability(ofClass) < prior) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}
