package io.decant.trainer.learn;

import io.decant.model.number.Greatest;
import java.util.List;

/**
 * A teacher's answer: [classes], before softmax, at temperature 1, finite; and what is kept of the
 * layers that the model is told of. Compares by identity. <i>Immutable.</i>
 */
public final class Logits {
    private final float[] values;
    private final List<float[]> hints;

    private Logits(float[] values, List<float[]> hints) {
        this.values = values;
        this.hints = List.copyOf(hints);
    }

    /** Takes the array over; the caller must not change it any more. */
    public static Logits owning(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(
                        "teacher logits must be finite, one was " + value);
            }
        }
        return new Logits(values, List.of());
    }

    /**
     * The same with hints.
     *
     * @param others one for each that the model wants, in their order, or none; the arrays must not
     *     change any more
     */
    public Logits with(List<float[]> others) {
        return new Logits(values, others);
    }

    public int classes() {
        return values.length;
    }

    /** The class with the highest logit; the lowest of equals. */
    public int argmax() {
        return Greatest.of(values);
    }

    /** Not a copy: readers must not write. */
    float[] values() {
        return values;
    }

    /** Empty without; readers must not write. */
    List<float[]> hints() {
        return hints;
    }
}
