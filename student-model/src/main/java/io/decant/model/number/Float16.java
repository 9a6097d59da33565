package io.decant.model.number;

/**
 * IEEE 754 binary16 in pure integer arithmetic, so that it is the same on every JVM.
 * <i>Thread-safe: all methods are pure.</i>
 */
public final class Float16 {
    /** The greatest finite binary16. */
    public static final float MAX = 65504f;

    private Float16() {}

    /** The nearest binary16, ties to even; too large a value becomes infinity. */
    public static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > 0x7f800000) { // NaN
            return (short) (sign | 0x7e00);
        }
        if (magnitude >= 0x47800000) { // 65536 and more
            return (short) (sign | 0x7c00);
        }
        if (magnitude < 0x38800000) { // under 2^-14: subnormal, counts units of 2^-24
            int exponent = magnitude >>> 23;
            int shift = 126 - exponent;
            if (shift > 25) {
                return (short) sign;
            }
            return (short) (sign | rounded((magnitude & 0x7fffff) | 0x800000, shift));
        }
        // The exponents' biases are 127 and 15; rounding may carry into the exponent, as it should.
        return (short) (sign | (rounded(magnitude, 13) - (112 << 10)));
    }

    /** Drops the lowest bits; ties to even. */
    private static int rounded(int value, int shift) {
        int kept = value >>> shift;
        int rest = value & ((1 << shift) - 1);
        int half = 1 << (shift - 1);
        return rest > half || (rest == half && (kept & 1) == 1) ? kept + 1 : kept;
    }

    /** The same number; exact, because binary32 holds every binary16. */
    public static float toFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1f;
        int significand = half & 0x3ff;
        if (exponent == 0x1f) {
            return Float.intBitsToFloat(sign | 0x7f800000 | significand << 13);
        }
        if (exponent == 0) {
            float value = significand * 0x1p-24f;
            return sign == 0 ? value : -value;
        }
        return Float.intBitsToFloat(sign | (exponent + 112) << 23 | significand << 13);
    }
}
