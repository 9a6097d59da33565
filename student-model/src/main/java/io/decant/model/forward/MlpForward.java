package io.decant.model.forward;

import io.decant.model.spec.DType;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;

/**
 * A perceptron's forward pass in plain Java: no native library, the same bits on every machine, and
 * for a row the same bits whichever rows come with it. Weights are laid out once, so that the inner
 * loop runs along outputs, which the JIT compiler vectorises without changing any sum's order. For
 * bytes the standardisation is folded into the first layer, so that a zero pixel costs nothing.
 * <i>Immutable: threads may share it.</i>
 */
public final class MlpForward {
    /** Rows that share the fetching of large layers' weights. */
    private static final int ROWS = 16;

    /**
     * Greatest mean, in standard deviations, that is folded away: sums of raw bytes lose about that
     * factor of precision.
     */
    private static final double FOLDED_MEAN = 8;

    private final ModelSpec spec;
    private final ParameterLayout layout;
    private final InputDecoder decoder;
    private final boolean folded;
    private final int width;

    public MlpForward(ModelSpec spec) {
        this.spec = spec;
        this.layout = ParameterLayout.of(spec);
        this.decoder = new InputDecoder(spec.input());
        this.folded =
                spec.input().dtype() == DType.U8
                        && Math.abs(spec.input().mean() / spec.input().sd()) <= FOLDED_MEAN;
        this.width = spec.mlp().dims().stream().mapToInt(Integer::intValue).max().orElseThrow();
    }

    /** Weights ready for use with the forward pass that made them. <i>Immutable.</i> */
    public static final class Weights {
        private final DenseLayer[] layers;

        private Weights(DenseLayer[] layers) {
            this.layers = layers;
        }
    }

    /** Copies and lays out {@code parameters}: flat, in the order of {@link ParameterLayout}. */
    public Weights weights(float[] parameters) {
        if (parameters.length != spec.parameterCount()) {
            throw new IllegalArgumentException(
                    "parameters must be "
                            + spec.parameterCount()
                            + " values, were "
                            + parameters.length);
        }
        DenseLayer[] layers = new DenseLayer[spec.mlp().layers()];
        for (int layer = 0; layer < layers.length; layer++) {
            boolean standardises = folded && layer == 0;
            layers[layer] =
                    new DenseLayer(
                            parameters,
                            layout.weight(layer).offset(),
                            layout.bias(layer).offset(),
                            spec.mlp().dims().get(layer),
                            spec.mlp().dims().get(layer + 1),
                            standardises ? spec.input().scale() / spec.input().sd() : 1,
                            standardises ? -spec.input().mean() / spec.input().sd() : 0);
        }
        return new Weights(layers);
    }

    /**
     * Logits of several raw inputs, without allocating once {@code room} has grown.
     *
     * @param inputs {@code rows * spec.input().bytes()} bytes from {@code offset}
     * @param out receives [rows][classes], row after row, before softmax
     * @param room of the calling thread
     */
    public void logits(
            Weights weights, byte[] inputs, int offset, int rows, float[] out, Workspace room) {
        int bytes = spec.input().bytes();
        for (int done = 0; done < rows; done += ROWS) {
            int count = Math.min(ROWS, rows - done);
            room.reserve(width, count);
            for (int row = 0; row < count; row++) {
                decoder.raw(inputs, offset + (done + row) * bytes, room.from()[row]);
            }
            run(weights, count, out, done, room);
        }
    }

    /**
     * Logits [classes] of one raw input, {@code spec.input().bytes()} bytes from {@code offset}.
     */
    public void logits(Weights weights, byte[] input, int offset, float[] out) {
        logits(weights, input, offset, 1, out, new Workspace());
    }

    /** Logits [classes] of one raw input given as floats, before standardisation. */
    public void logits(Weights weights, float[] rawInput, int offset, float[] out) {
        Workspace room = new Workspace();
        room.reserve(width, 1);
        System.arraycopy(rawInput, offset, room.from()[0], 0, spec.input().size());
        run(weights, 1, out, 0, room);
    }

    /**
     * As {@link #logits(Weights, byte[], int, float[])} for a single use of {@code parameters}:
     * lays them out first.
     */
    public void logits(float[] parameters, byte[] input, int offset, float[] out) {
        logits(weights(parameters), input, offset, out);
    }

    /**
     * As {@link #logits(Weights, float[], int, float[])} for a single use of {@code parameters}:
     * lays them out first.
     */
    public void logits(float[] parameters, float[] rawInput, int offset, float[] out) {
        logits(weights(parameters), rawInput, offset, out);
    }

    /**
     * Runs the rows that stand raw in the workspace; the first is row {@code at} of the answers.
     */
    private void run(Weights weights, int rows, float[] out, int at, Workspace room) {
        for (int row = 0; row < rows && !folded; row++) {
            decoder.standardise(room.from()[row], 0, room.from()[row]);
        }
        for (int l = 0; l < weights.layers.length; l++) {
            DenseLayer layer = weights.layers[l];
            if (rows > 1 && layer.sharesWeights()) {
                layer.apply(room.from(), room.to(), rows);
            } else {
                for (int row = 0; row < rows; row++) {
                    layer.apply(room.from()[row], room.to()[row], room);
                }
            }
            for (int row = 0; row < rows && l + 1 < weights.layers.length; row++) {
                rectify(room.to()[row], layer.outputs());
            }
            room.turn();
        }
        int classes = spec.classCount();
        for (int row = 0; row < rows; row++) {
            System.arraycopy(room.from()[row], 0, out, (at + row) * classes, classes);
        }
    }

    private static void rectify(float[] values, int count) {
        for (int i = 0; i < count; i++) {
            values[i] = Math.max(0f, values[i]);
        }
    }
}
