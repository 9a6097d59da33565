package io.decant.model.checkpoint;

import io.decant.model.number.Float16;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.spec.ParameterLayout.Parameter;

/**
 * How an anchor holds weights. {@link #round} gives what a reader of such an anchor gets; rounding
 * what was rounded changes nothing. <i>Immutable.</i>
 */
public enum AnchorEncoding {
    /** Exact. */
    F32,

    /** Each weight as IEEE 754 binary16, ties to even; what is too large becomes the largest. */
    F16,

    /**
     * Each row of a weight matrix (each output of a convolution) as bytes q from −127 to 127 and a
     * scale s, w ≈ s q; biases stay exact. s is max|w| / 127, rounded up to 17 significant bits, so
     * that s q is exact and the same bytes come out when the result is encoded again. The error of
     * a weight is at most s / 2.
     */
    I8_ROW;

    private static final int LEVELS = 127;

    /** Bits of a binary32 significand that a scale leaves at 0. */
    private static final int FREE_BITS = 7;

    /**
     * Rounds weights in place to what an anchor of this encoding can hold.
     *
     * @param weights [parameters] of the spec
     */
    public void round(ModelSpec spec, float[] weights) {
        if (this == F16) {
            for (int i = 0; i < weights.length; i++) {
                weights[i] = Float16.toFloat(half(weights[i]));
            }
        } else if (this == I8_ROW) {
            for (Parameter parameter : ParameterLayout.of(spec).parameters()) {
                if (parameter.shape().size() > 1) {
                    roundRows(parameter, weights);
                }
            }
        }
    }

    /** No anchor of so many parameters is smaller. */
    long leastBytes(int parameters) {
        return switch (this) {
            case F32 -> (long) parameters * Float.BYTES;
            case F16 -> (long) parameters * Short.BYTES;
            case I8_ROW -> parameters;
        };
    }

    private static void roundRows(Parameter parameter, float[] weights) {
        int length = parameter.rowLength();
        int end = parameter.offset() + parameter.size();
        for (int row = parameter.offset(); row < end; row += length) {
            float scale = scale(weights, row, length);
            for (int i = row; i < row + length; i++) {
                weights[i] = scale * level(weights[i], scale);
            }
        }
    }

    /** The nearest binary16 that is finite if the value is. */
    static short half(float value) {
        return Float.isFinite(value)
                ? Float16.of(Math.max(-Float16.MAX, Math.min(Float16.MAX, value)))
                : Float16.of(value);
    }

    /** Scale of one row; NaN when a weight is not finite, so that the damage stays visible. */
    static float scale(float[] weights, int from, int length) {
        float greatest = 0;
        for (int i = from; i < from + length; i++) {
            if (!Float.isFinite(weights[i])) {
                return Float.NaN;
            }
            greatest = Math.max(greatest, Math.abs(weights[i]));
        }
        int bits = Float.floatToRawIntBits(greatest / LEVELS);
        int step = 1 << FREE_BITS;
        return Float.intBitsToFloat((bits + step - 1) & -step);
    }

    /** Level of a weight, −127 to 127. */
    static byte level(float weight, float scale) {
        return scale > 0 ? (byte) Math.round(weight / scale) : 0;
    }
}
