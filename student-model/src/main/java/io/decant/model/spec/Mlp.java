package io.decant.model.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * A multilayer perceptron. Code is generated from it, never carried by it. <i>Immutable.</i>
 *
 * @param dims layer widths, input first, classes last; {@code [784, 128, 10]} has two weight
 *     matrices
 * @param activation between layers; {@code relu}
 * @param bias whether layers learn biases; otherwise they stand in the layout and stay 0
 */
public record Mlp(List<Integer> dims, String activation, boolean bias) implements Architecture {
    public Mlp {
        dims = List.copyOf(dims);
        if (dims.size() < 2 || dims.stream().anyMatch(width -> width < 1)) {
            throw new InvalidModelException(
                    "dims must hold at least an input and an output width, each at least 1, was "
                            + dims);
        }
        if (dims.get(dims.size() - 1) < 2) {
            throw new InvalidModelException("dims must end with at least 2 classes, was " + dims);
        }
        if (countParameters(dims) > ModelSpec.MAX_PARAMETERS) {
            throw new InvalidModelException(
                    "dims " + dims + " give more than " + ModelSpec.MAX_PARAMETERS + " parameters");
        }
        if (!activation.equals("relu")) {
            throw new InvalidModelException("activation must be relu, was '" + activation + "'");
        }
    }

    /** Number of weight matrices. */
    public int layers() {
        return dims.size() - 1;
    }

    @Override
    public int classCount() {
        return dims.get(dims.size() - 1);
    }

    /**
     * {@code fc1.weight [d1, d0]} row by row, {@code fc1.bias [d1]}, {@code fc2.weight} and so on.
     */
    @Override
    public ParameterLayout layout() {
        List<ParameterLayout.Parameter> parameters = new ArrayList<>();
        int offset = 0;
        for (int layer = 0; layer < layers(); layer++) {
            int inputs = dims.get(layer);
            int outputs = dims.get(layer + 1);
            String name = "fc" + (layer + 1);
            parameters.add(
                    new ParameterLayout.Parameter(
                            name + ".weight", List.of(outputs, inputs), offset));
            offset += outputs * inputs;
            parameters.add(new ParameterLayout.Parameter(name + ".bias", List.of(outputs), offset));
            offset += outputs;
        }
        return new ParameterLayout(parameters);
    }

    @Override
    public String describe() {
        return "dims " + dims;
    }

    private static long countParameters(List<Integer> dims) {
        long count = 0;
        for (int layer = 0; layer + 1 < dims.size(); layer++) {
            count += (dims.get(layer) + 1L) * dims.get(layer + 1);
        }
        return count;
    }
}
