package io.decant.model.spec;

import io.decant.model.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Declares a multilayer perceptron completely: architecture, input, and whatever changes the bits
 * of its training. Code is generated from it, never carried by it. <i>Immutable.</i>
 *
 * @param dims layer widths, input first, classes last; {@code [784, 128, 10]} has two weight
 *     matrices
 * @param activation between layers; {@code relu}
 * @param bias whether layers learn biases; otherwise they stand in the layout and stay 0
 * @param input raw input; its size equals {@code dims[0]}
 * @param precision of the products; {@code fp32}
 * @param threads intra-op threads that training runs with, ≥ 1: another count gives other bits
 * @param cannedInputs at most {@value #MAX_CANNED_INPUTS} raw inputs for smoke tests
 */
public record ModelSpec(
        List<Integer> dims,
        String activation,
        boolean bias,
        InputSpec input,
        String precision,
        int threads,
        List<CannedInput> cannedInputs) {
    public static final int MAX_CANNED_INPUTS = 8;

    /** Bound on parameters: four bytes each must fit one buffer with room to spare. */
    public static final int MAX_PARAMETERS = 1 << 28;

    public ModelSpec {
        dims = List.copyOf(dims);
        cannedInputs = List.copyOf(cannedInputs);
        if (dims.size() < 2 || dims.stream().anyMatch(width -> width < 1)) {
            throw new InvalidModelException(
                    "dims must hold at least an input and an output width, each at least 1, was "
                            + dims);
        }
        if (dims.get(dims.size() - 1) < 2) {
            throw new InvalidModelException("dims must end with at least 2 classes, was " + dims);
        }
        if (dims.get(0) != input.size()) {
            throw new InvalidModelException(
                    "dims must start with the input's size "
                            + input.size()
                            + " (shape "
                            + input.shape()
                            + "), was "
                            + dims);
        }
        if (countParameters(dims) > MAX_PARAMETERS) {
            throw new InvalidModelException(
                    "dims " + dims + " give more than " + MAX_PARAMETERS + " parameters");
        }
        if (!activation.equals("relu")) {
            throw new InvalidModelException("activation must be relu, was '" + activation + "'");
        }
        if (!precision.equals("fp32")) {
            throw new InvalidModelException("precision must be fp32, was '" + precision + "'");
        }
        if (threads < 1) {
            throw new InvalidModelException("threads must be at least 1, was " + threads);
        }
        if (cannedInputs.size() > MAX_CANNED_INPUTS) {
            throw new InvalidModelException(
                    "cannedInputs must be at most "
                            + MAX_CANNED_INPUTS
                            + ", was "
                            + cannedInputs.size());
        }
        for (CannedInput canned : cannedInputs) {
            if (canned.length() != input.bytes()) {
                throw new InvalidModelException(
                        "a canned input must have the input's "
                                + input.bytes()
                                + " bytes, had "
                                + canned.length());
            }
        }
    }

    /** A ReLU perceptron in fp32 on one thread, without canned inputs. */
    public static ModelSpec mlp(List<Integer> dims, InputSpec input) {
        return new ModelSpec(dims, "relu", true, input, "fp32", 1, List.of());
    }

    public ModelSpec withCannedInputs(List<CannedInput> inputs) {
        return new ModelSpec(dims, activation, bias, input, precision, threads, inputs);
    }

    /**
     * Reads what {@link #toJson()} wrote; throws {@link InvalidModelException} on anything else.
     */
    public static ModelSpec fromJson(String json) {
        return ModelSpecJson.read(json);
    }

    /** Canonical JSON: fixed field order, no white space, the same text on every JDK. */
    public String toJson() {
        return ModelSpecJson.write(this);
    }

    /** SHA-256 of the UTF-8 bytes of {@link #toJson()}: 32 bytes. */
    public byte[] digest() {
        return Sha256.of(toJson().getBytes(StandardCharsets.UTF_8));
    }

    /** Number of weight matrices. */
    public int layers() {
        return dims.size() - 1;
    }

    public int classCount() {
        return dims.get(dims.size() - 1);
    }

    public int parameterCount() {
        return (int) countParameters(dims);
    }

    private static long countParameters(List<Integer> dims) {
        long count = 0;
        for (int layer = 0; layer + 1 < dims.size(); layer++) {
            count += (dims.get(layer) + 1L) * dims.get(layer + 1);
        }
        return count;
    }
}
