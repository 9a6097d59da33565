package io.decant.gateway.guard;

import java.util.Optional;

/**
 * What two versions said to the same input. <i>Immutable.</i>
 *
 * @param sure whether the reference was sure of its class
 * @param referenceClass the class that the reference answers
 * @param candidateClass the class that the candidate answers; -1 when it is broken
 * @param broken the candidate has no finite answer where the reference has one
 * @param slow the candidate took too long for it
 */
record Comparison(
        boolean sure, int referenceClass, int candidateClass, boolean broken, boolean slow) {

    /**
     * An answer.
     *
     * @param logits [classes], before softmax
     * @param nanos time that the forward pass took
     */
    record Answer(float[] logits, long nanos) {
        private boolean isFinite() {
            for (float logit : logits) {
                if (!Float.isFinite(logit)) {
                    return false;
                }
            }
            return true;
        }

        private int best() {
            int best = 0;
            for (int c = 1; c < logits.length; c++) {
                if (logits[c] > logits[best]) {
                    best = c;
                }
            }
            return best;
        }

        /** Softmax at the best class. */
        private double probability() {
            double sum = 0;
            float most = logits[best()];
            for (float logit : logits) {
                sum += Math.exp(logit - most);
            }
            return 1 / sum;
        }
    }

    /**
     * Compares two answers.
     *
     * @param candidate empty when the candidate threw
     * @return nothing when the reference has no finite answer either: then the input is at fault
     */
    static Optional<Comparison> of(
            Answer reference, Optional<Answer> candidate, GuardSettings settings) {
        if (!reference.isFinite()) {
            return Optional.empty();
        }
        boolean sure = reference.probability() >= settings.sure();
        if (candidate.filter(Answer::isFinite).isEmpty()) {
            return Optional.of(new Comparison(sure, reference.best(), -1, true, false));
        }
        Answer other = candidate.get();
        return Optional.of(
                new Comparison(
                        sure,
                        reference.best(),
                        other.best(),
                        false,
                        other.nanos() > settings.maxSlowdown() * reference.nanos()));
    }

    boolean changed() {
        return referenceClass != candidateClass;
    }
}
