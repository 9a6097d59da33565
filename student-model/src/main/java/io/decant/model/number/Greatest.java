package io.decant.model.number;

/** Which class an answer names. <i>Thread-safe: all methods are pure.</i> */
public final class Greatest {
    private Greatest() {}

    /**
     * The place of the greatest value; the first of equals.
     *
     * @param values at least one, no NaN
     */
    public static int of(float[] values) {
        return of(values, 0, values.length);
    }

    /**
     * The place of the greatest of some values, counted from the first of them.
     *
     * @param from place of the first
     * @param count how many, at least 1
     */
    public static int of(float[] values, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (values[from + i] > values[from + best]) {
                best = i;
            }
        }
        return best;
    }
}
