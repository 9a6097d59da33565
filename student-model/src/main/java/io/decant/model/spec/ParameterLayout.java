package io.decant.model.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * Where each tensor of a perceptron stands in its one flat fp32 vector: {@code fc1.weight [d1, d0]}
 * row by row, {@code fc1.bias [d1]}, {@code fc2.weight} and so on. <i>Immutable.</i>
 */
public record ParameterLayout(List<Parameter> parameters) {
    /**
     * One tensor of the flat vector.
     *
     * @param name as in a PyTorch state dictionary
     * @param shape sizes, outputs first
     * @param offset of its first element, in elements
     */
    public record Parameter(String name, List<Integer> shape, int offset) {
        public Parameter {
            shape = List.copyOf(shape);
        }

        /** Number of elements. */
        public int size() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }
    }

    public ParameterLayout {
        parameters = List.copyOf(parameters);
    }

    public static ParameterLayout of(ModelSpec spec) {
        List<Parameter> parameters = new ArrayList<>();
        int offset = 0;
        for (int layer = 0; layer < spec.layers(); layer++) {
            int inputs = spec.dims().get(layer);
            int outputs = spec.dims().get(layer + 1);
            parameters.add(
                    new Parameter(
                            "fc" + (layer + 1) + ".weight", List.of(outputs, inputs), offset));
            offset += outputs * inputs;
            parameters.add(new Parameter("fc" + (layer + 1) + ".bias", List.of(outputs), offset));
            offset += outputs;
        }
        return new ParameterLayout(parameters);
    }

    /** The weight matrix of a layer, counted from 0: shape [outputs, inputs]. */
    public Parameter weight(int layer) {
        return parameters.get(2 * layer);
    }

    /** The bias of a layer, counted from 0: shape [outputs]. */
    public Parameter bias(int layer) {
        return parameters.get(2 * layer + 1);
    }

    /** Number of elements of the flat vector. */
    public int size() {
        return parameters.stream().mapToInt(Parameter::size).sum();
    }
}
