package io.decant.model.spec;

import java.util.List;

/**
 * Where each tensor of a model stands in its one flat fp32 vector: one after the other, without
 * gaps, those that gradients move first. <i>Immutable.</i>
 */
public record ParameterLayout(List<Parameter> parameters) {
    /**
     * One tensor of the flat vector.
     *
     * @param name as in a PyTorch state dictionary
     * @param shape sizes, outputs first
     * @param offset of its first element, in elements
     * @param trained whether gradients move it
     */
    public record Parameter(String name, List<Integer> shape, int offset, boolean trained) {
        public Parameter {
            shape = List.copyOf(shape);
        }

        /** One that gradients move. */
        public Parameter(String name, List<Integer> shape, int offset) {
            this(name, shape, offset, true);
        }

        /** Number of elements. */
        public int size() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }

        /** Elements of one output: a matrix row, or a convolution's filter. */
        public int rowLength() {
            return size() / shape.get(0);
        }
    }

    public ParameterLayout {
        parameters = List.copyOf(parameters);
    }

    public static ParameterLayout of(ModelSpec spec) {
        return spec.architecture().layout();
    }

    /** A perceptron's weight matrix of a layer, counted from 0: shape [outputs, inputs]. */
    public Parameter weight(int layer) {
        return parameters.get(2 * layer);
    }

    /** A perceptron's bias of a layer, counted from 0: shape [outputs]. */
    public Parameter bias(int layer) {
        return parameters.get(2 * layer + 1);
    }

    /** Number of elements of the flat vector. */
    public int size() {
        return parameters.stream().mapToInt(Parameter::size).sum();
    }

    /** Number of elements that gradients move: the first ones. */
    public int trainedSize() {
        return parameters.stream().filter(Parameter::trained).mapToInt(Parameter::size).sum();
    }
}
