package io.decant.model.spec;

import io.decant.model.spec.ParameterLayout.Parameter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Any student that PyTorch saved as TorchScript, [B, …] standardised fp32 in, logits [B, C] out.
 * The file itself never travels: whoever trains or serves the model has it installed, and the
 * digest says which one it must be. <i>Immutable.</i>
 *
 * @param file SHA-256 of the {@code .pt}, 64 hexadecimal digits
 * @param classes number of logits, 2 to {@value #MAX_CLASSES}
 * @param executor how libtorch runs the file's code while training
 * @param tensors the file's fp32 tensors, in the order of the flat vector: the trained ones first
 */
public record TorchScript(String file, int classes, Executor executor, List<Tensor> tensors)
        implements Architecture {
    /** Bound on the tensors of one file. */
    public static final int MAX_TENSORS = 10_000;

    /** Bound on classes: logits of several rows must fit one buffer. */
    public static final int MAX_CLASSES = 1 << 20;

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.]{1,300}");

    /**
     * How libtorch's graph executor runs the file's code: the two can differ in the last bit, so a
     * model keeps the one it was born with.
     */
    public enum Executor {
        /** As written; a little faster for convolutions. */
        PLAIN,
        /** Profiled once and rewritten; faster for many small operations. */
        OPTIMISED
    }

    /**
     * One fp32 tensor of the file.
     *
     * @param name as in PyTorch's state dictionary
     * @param shape sizes; empty for a single number
     * @param trained whether a training step's gradient moves it; otherwise it is frozen, or a
     *     buffer such as a running mean, which training changes in its own way
     */
    public record Tensor(String name, List<Integer> shape, boolean trained) {
        public Tensor {
            shape = List.copyOf(shape);
            if (!NAME.matcher(name).matches()) {
                throw new InvalidModelException(
                        "a tensor's name must be 1 to 300 letters, digits, dots or underscores, was '"
                                + name
                                + "'");
            }
            if (shape.stream().anyMatch(length -> length < 1)) {
                throw new InvalidModelException(
                        "tensor " + name + " must have sizes of at least 1, had " + shape);
            }
        }

        private long size() {
            long size = 1;
            for (int length : shape) {
                size = Math.min(size * length, Integer.MAX_VALUE);
            }
            return size;
        }
    }

    public TorchScript {
        tensors = List.copyOf(tensors);
        if (!DIGEST.matcher(file).matches()) {
            throw new InvalidModelException(
                    "file must be a SHA-256 in 64 hexadecimal digits, was '" + file + "'");
        }
        if (classes < 2 || classes > MAX_CLASSES) {
            throw new InvalidModelException(
                    "classes must be 2 to " + MAX_CLASSES + ", was " + classes);
        }
        if (tensors.isEmpty() || !tensors.get(0).trained() || tensors.size() > MAX_TENSORS) {
            throw new InvalidModelException(
                    "tensors must be 1 to "
                            + MAX_TENSORS
                            + " with at least one that is trained; a frozen file has none: save the module"
                            + " before torch.jit.freeze");
        }
        Set<String> names = new HashSet<>();
        long size = 0;
        boolean trained = true;
        for (Tensor tensor : tensors) {
            size += tensor.size();
            if (!names.add(tensor.name()) || tensor.trained() && !trained) {
                throw new InvalidModelException(
                        "tensors must have names of their own, trained ones first; '"
                                + tensor.name()
                                + "' does not fit");
            }
            trained = tensor.trained();
        }
        if (size > ModelSpec.MAX_PARAMETERS) {
            throw new InvalidModelException(
                    "tensors hold more than " + ModelSpec.MAX_PARAMETERS + " numbers");
        }
    }

    /** The same with another executor. */
    public TorchScript with(Executor other) {
        return new TorchScript(file, classes, other, tensors);
    }

    @Override
    public int classCount() {
        return classes;
    }

    @Override
    public ParameterLayout layout() {
        List<Parameter> parameters = new ArrayList<>();
        int offset = 0;
        for (Tensor tensor : tensors) {
            Parameter parameter =
                    new Parameter(tensor.name(), tensor.shape(), offset, tensor.trained());
            parameters.add(parameter);
            offset += parameter.size();
        }
        return new ParameterLayout(parameters);
    }

    @Override
    public String describe() {
        return "TorchScript file " + file.substring(0, 12) + "…";
    }
}
