package io.decant.model.forward;

/**
 * Room for the values between layers, used again by every call, so that an answer allocates
 * nothing. It fits any model and grows to the largest. <i>Owned by one thread.</i>
 */
public final class Workspace {
    /** Values that are not zero, and where they stood. */
    float[] present = {};

    int[] index = {};

    private float[][] from = {};
    private float[][] to = {};

    void reserve(int width, int rows) {
        if (present.length < width) {
            present = new float[width];
            index = new int[width];
        }
        from = grown(from, width, rows);
        to = grown(to, width, rows);
    }

    private static float[][] grown(float[][] values, int width, int rows) {
        return values.length >= rows && values[0].length >= width
                ? values
                : new float[Math.max(rows, values.length)]
                        [values.length == 0 ? width : Math.max(width, values[0].length)];
    }

    /** What a layer reads: [rows][width]. */
    float[][] from() {
        return from;
    }

    /** What a layer writes: [rows][width]. */
    float[][] to() {
        return to;
    }

    /** What was written is read next. */
    void turn() {
        float[][] read = from;
        from = to;
        to = read;
    }

    /**
     * Packs the values that are not zero; returns how many. No branch: a pixel is hard to guess.
     */
    int gather(float[] values, int size) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            index[count] = i;
            present[count] = values[i];
            count += values[i] == 0 ? 0 : 1;
        }
        return count;
    }
}
