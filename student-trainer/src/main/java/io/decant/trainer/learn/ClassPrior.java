package io.decant.trainer.learn;

import java.util.Arrays;

/**
 * How often each class came lately, and what a teacher would say that knew it. The shadow learns
 * the present frequencies along with everything else; a teacher that never saw this stream cannot.
 * Where only two classes come for a while, the shadow is right more often for that reason alone,
 * and would pass for the better one. So the teacher is judged by the class with the greatest p(c) ·
 * π(c), π being the present frequencies and its own taken as even (Saerens, Latinne and
 * Decaestecker, "Adjusting the Outputs of a Classifier to New a Priori Probabilities", Neural
 * Computation 2002, section 2.2). <i>Owned by the learner.</i>
 */
final class ClassPrior {
    /** With more classes all count as equally frequent: the state would grow with them. */
    private static final int MOST_CLASSES = 4096;

    private final double fading;
    private final double[] counts;
    private final double[] logs;

    /**
     * Knows nothing: all classes are equally frequent.
     *
     * @param fading what a count keeps from one label to the next
     */
    ClassPrior(int classes, double fading) {
        this.fading = fading;
        counts = new double[classes <= MOST_CLASSES ? classes : 0];
        logs = new double[counts.length];
    }

    /** A label arrived with its sample. */
    void labelled(int label) {
        for (int c = 0; c < counts.length; c++) {
            counts[c] *= fading;
        }
        if (counts.length > 0) {
            counts[label]++;
        }
    }

    /** What was counted so far counts from now on. */
    void refresh() {
        for (int c = 0; c < counts.length; c++) {
            // One more of each: a class that did not come lately is rare, not impossible.
            logs[c] = StrictMath.log(counts[c] + 1);
        }
    }

    /**
     * The class that the teacher would choose if it knew the frequencies; the lowest of equals.
     *
     * @param teacher before softmax
     */
    int choice(Logits teacher) {
        if (logs.length == 0) {
            return teacher.argmax();
        }
        float[] values = teacher.values();
        int best = 0;
        for (int c = 1; c < logs.length; c++) {
            if (values[c] + logs[c] > values[best] + logs[best]) {
                best = c;
            }
        }
        return best;
    }

    void save(StateWriter state) {
        state.longs(
                "trust.prior",
                Arrays.stream(counts).mapToLong(Double::doubleToRawLongBits).toArray());
    }

    void restore(LearnerState state) {
        long[] saved = state.longs("trust.prior");
        for (int c = 0; c < saved.length; c++) {
            counts[c] = Double.longBitsToDouble(saved[c]);
        }
    }
}
