package io.decant.trainer.learn;

/**
 * A teacher's answer: [classes], before softmax, at temperature 1, finite. Compares by identity.
 * <i>Immutable.</i>
 */
public final class Logits {
    private final float[] values;

    private Logits(float[] values) {
        this.values = values;
    }

    /** Takes the array over; the caller must not change it any more. */
    public static Logits owning(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(
                        "teacher logits must be finite, one was " + value);
            }
        }
        return new Logits(values);
    }

    public int classes() {
        return values.length;
    }

    /** The class with the highest logit; the lowest of equals. */
    public int argmax() {
        int best = 0;
        for (int c = 1; c < values.length; c++) {
            if (values[c] > values[best]) {
                best = c;
            }
        }
        return best;
    }

    /** Not a copy: readers must not write. */
    float[] values() {
        return values;
    }
}
