package io.decant.model.forward;

import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import java.util.Arrays;

/**
 * A perceptron's forward pass in plain Java: no native library, the same bits on every machine.
 * Weights are transposed once, so that the inner loop runs along outputs, which the JIT compiler
 * vectorises without changing any sum's order. <i>Immutable: threads may share it.</i>
 */
public final class MlpForward {
    private final ModelSpec spec;
    private final ParameterLayout layout;
    private final InputDecoder decoder;

    public MlpForward(ModelSpec spec) {
        this.spec = spec;
        this.layout = ParameterLayout.of(spec);
        this.decoder = new InputDecoder(spec.input());
    }

    /** Weights ready for use with the forward pass that made them. <i>Immutable.</i> */
    public static final class Weights {
        /**
         * [layer][input][output]: an array a row, because the compiler vectorises sums over arrays
         * that cannot overlap.
         */
        private final float[][][] rows;

        private final float[][] biases;

        private Weights(float[][][] rows, float[][] biases) {
            this.rows = rows;
            this.biases = biases;
        }
    }

    /** Copies and transposes {@code parameters}: flat, in the order of {@link ParameterLayout}. */
    public Weights weights(float[] parameters) {
        if (parameters.length != spec.parameterCount()) {
            throw new IllegalArgumentException(
                    "parameters must be "
                            + spec.parameterCount()
                            + " values, were "
                            + parameters.length);
        }
        float[][][] rows = new float[spec.layers()][][];
        float[][] biases = new float[spec.layers()][];
        for (int layer = 0; layer < spec.layers(); layer++) {
            int inputs = spec.dims().get(layer);
            int outputs = spec.dims().get(layer + 1);
            int from = layout.weight(layer).offset();
            rows[layer] = new float[inputs][outputs];
            for (int o = 0; o < outputs; o++) {
                for (int i = 0; i < inputs; i++) {
                    rows[layer][i][o] = parameters[from + o * inputs + i];
                }
            }
            int bias = layout.bias(layer).offset();
            biases[layer] = Arrays.copyOfRange(parameters, bias, bias + outputs);
        }
        return new Weights(rows, biases);
    }

    /**
     * Logits [classes] of one raw input, {@code spec.input().bytes()} bytes from {@code offset}.
     */
    public void logits(Weights weights, byte[] input, int offset, float[] out) {
        float[] values = new float[spec.input().size()];
        decoder.raw(input, offset, values);
        decoder.standardise(values, 0, values);
        run(weights, values, out);
    }

    /** Logits [classes] of one raw input given as floats, before standardisation. */
    public void logits(Weights weights, float[] rawInput, int offset, float[] out) {
        float[] values = new float[spec.input().size()];
        decoder.standardise(rawInput, offset, values);
        run(weights, values, out);
    }

    /**
     * As {@link #logits(Weights, byte[], int, float[])} for a single use of {@code parameters}:
     * transposes them first.
     */
    public void logits(float[] parameters, byte[] input, int offset, float[] out) {
        logits(weights(parameters), input, offset, out);
    }

    /**
     * As {@link #logits(Weights, float[], int, float[])} for a single use of {@code parameters}:
     * transposes them first.
     */
    public void logits(float[] parameters, float[] rawInput, int offset, float[] out) {
        logits(weights(parameters), rawInput, offset, out);
    }

    private void run(Weights weights, float[] input, float[] out) {
        float[] h = input;
        for (int layer = 0; layer < spec.layers(); layer++) {
            float[] next = weights.biases[layer].clone();
            multiplyAdd(weights.rows[layer], h, next);
            if (layer + 1 < spec.layers()) {
                for (int o = 0; o < next.length; o++) {
                    next[o] = Math.max(0f, next[o]);
                }
            }
            h = next;
        }
        System.arraycopy(h, 0, out, 0, h.length);
    }

    /**
     * {@code sum += Σ_i h_i row_i}, four inputs at a time to load and store the sums less often.
     */
    private static void multiplyAdd(float[][] rows, float[] h, float[] sum) {
        int i = 0;
        for (; i + 4 <= h.length; i += 4) {
            add(
                    rows[i],
                    rows[i + 1],
                    rows[i + 2],
                    rows[i + 3],
                    h[i],
                    h[i + 1],
                    h[i + 2],
                    h[i + 3],
                    sum);
        }
        for (; i < h.length; i++) {
            add(rows[i], h[i], sum);
        }
    }

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
        for (int o = 0; o < sum.length; o++) {
            sum[o] += ha * a[o] + hb * b[o] + hc * c[o] + hd * d[o];
        }
    }

    private static void add(float[] row, float h, float[] sum) {
        for (int o = 0; o < sum.length; o++) {
            sum[o] += h * row[o];
        }
    }
}
