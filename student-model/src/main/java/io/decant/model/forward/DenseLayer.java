package io.decant.model.forward;

/**
 * One layer of a perceptron, {@code out = bias + Σ_i in_i w_i}. The terms of a sum are always added
 * one by one in the order of the inputs, whichever loop runs, so an answer has the same bits alone
 * and in company. A zero input's term may be left out: it changes no bit of a sum that is not
 * negative zero, and none is, because the bias is not. <i>Immutable.</i>
 */
final class DenseLayer {
    /** With fewer outputs a loop along them is too short to vectorise. */
    private static final int NARROW = 32;

    /** With more weights than this (1 MiB) a core's cache does not keep them for the next row. */
    private static final int LARGE = 1 << 18;

    /**
     * [input][output], or [output][input] when narrow: an array a row, because the compiler
     * vectorises sums over arrays that cannot overlap.
     */
    private final float[][] weights;

    private final float[] bias;
    private final int inputs;
    private final boolean narrow;

    /**
     * Takes a layer's weights over.
     *
     * @param factor multiplies every weight
     * @param offset added to every input before it is weighed
     * @param weight where [output][input] begins in {@code parameters}
     * @param biasAt where [output] begins there
     */
    DenseLayer(
            float[] parameters,
            int weight,
            int biasAt,
            int inputs,
            int outputs,
            double factor,
            double offset) {
        this.inputs = inputs;
        narrow = outputs < NARROW;
        weights = narrow ? new float[outputs][inputs] : new float[inputs][outputs];
        bias = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            double shift = 0;
            for (int i = 0; i < inputs; i++) {
                float w = parameters[weight + o * inputs + i];
                shift += w;
                float scaled = (float) (factor * w);
                if (narrow) {
                    weights[o][i] = scaled;
                } else {
                    weights[i][o] = scaled;
                }
            }
            bias[o] = (float) (parameters[biasAt + o] + (offset == 0 ? 0 : offset * shift)) + 0f;
        }
    }

    int inputs() {
        return inputs;
    }

    int outputs() {
        return bias.length;
    }

    /** Whether several rows at once are faster than one after another. */
    boolean sharesWeights() {
        return !narrow && (long) inputs * bias.length > LARGE;
    }

    /** One row: [inputs] to [outputs]; {@code room} is this thread's. */
    void apply(float[] in, float[] out, Workspace room) {
        System.arraycopy(bias, 0, out, 0, bias.length);
        if (narrow) {
            addNarrow(in, out);
        } else {
            addPresent(room.gather(in, inputs), room.index, room.present, out);
        }
    }

    /** Several rows: each weight is fetched once for all of them. */
    void apply(float[][] in, float[][] out, int rows) {
        for (int row = 0; row < rows; row++) {
            System.arraycopy(bias, 0, out[row], 0, bias.length);
        }
        int i = 0;
        for (; i + 4 <= inputs; i += 4) {
            for (int row = 0; row < rows; row++) {
                float[] h = in[row];
                if (h[i] != 0 || h[i + 1] != 0 || h[i + 2] != 0 || h[i + 3] != 0) {
                    add(
                            weights[i],
                            weights[i + 1],
                            weights[i + 2],
                            weights[i + 3],
                            h[i],
                            h[i + 1],
                            h[i + 2],
                            h[i + 3],
                            out[row]);
                }
            }
        }
        for (; i < inputs; i++) {
            for (int row = 0; row < rows; row++) {
                add(weights[i], in[row][i], out[row]);
            }
        }
    }

    private void addPresent(int count, int[] index, float[] h, float[] sum) {
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            add(
                    weights[index[i]],
                    weights[index[i + 1]],
                    weights[index[i + 2]],
                    weights[index[i + 3]],
                    h[i],
                    h[i + 1],
                    h[i + 2],
                    h[i + 3],
                    sum);
        }
        for (; i < count; i++) {
            add(weights[index[i]], h[i], sum);
        }
    }

    /** Four inputs at a time, to load and store the sums less often. */
    private static void add(
            float[] a,
            float[] b,
            float[] c,
            float[] d,
            float ha,
            float hb,
            float hc,
            float hd,
            float[] sum) {
        for (int o = 0; o < a.length; o++) {
            sum[o] = sum[o] + ha * a[o] + hb * b[o] + hc * c[o] + hd * d[o];
        }
    }

    private static void add(float[] row, float h, float[] sum) {
        for (int o = 0; o < row.length; o++) {
            sum[o] = sum[o] + h * row[o];
        }
    }

    /** Five sums side by side, because an addition waits about four cycles for the one before. */
    private void addNarrow(float[] h, float[] sum) {
        int o = 0;
        for (; o + 5 <= bias.length; o += 5) {
            float[] wa = weights[o];
            float[] wb = weights[o + 1];
            float[] wc = weights[o + 2];
            float[] wd = weights[o + 3];
            float[] we = weights[o + 4];
            float a = sum[o];
            float b = sum[o + 1];
            float c = sum[o + 2];
            float d = sum[o + 3];
            float e = sum[o + 4];
            for (int i = 0; i < inputs; i++) {
                float x = h[i];
                a += x * wa[i];
                b += x * wb[i];
                c += x * wc[i];
                d += x * wd[i];
                e += x * we[i];
            }
            sum[o] = a;
            sum[o + 1] = b;
            sum[o + 2] = c;
            sum[o + 3] = d;
            sum[o + 4] = e;
        }
        for (; o < bias.length; o++) {
            float[] w = weights[o];
            float a = sum[o];
            for (int i = 0; i < inputs; i++) {
                a += h[i] * w[i];
            }
            sum[o] = a;
        }
    }
}
