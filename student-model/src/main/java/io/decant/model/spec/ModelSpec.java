package io.decant.model.spec;

import io.decant.model.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Declares a student completely: architecture, input, and whatever changes the bits of its
 * training. It carries no code. <i>Immutable.</i>
 *
 * @param architecture from the standardised input to logits
 * @param input raw input; its size equals a perceptron's first width
 * @param precision of a perceptron's products; a TorchScript student decides for itself, which is
 *     {@code fp32} here
 * @param threads intra-op threads that training runs with, ≥ 1: another count gives other bits
 * @param cannedInputs at most {@value #MAX_CANNED_INPUTS} raw inputs for smoke tests
 */
public record ModelSpec(
        Architecture architecture,
        InputSpec input,
        Precision precision,
        int threads,
        List<CannedInput> cannedInputs) {
    public static final int MAX_CANNED_INPUTS = 8;

    /** Bound on parameters: four bytes each must fit one buffer with room to spare. */
    public static final int MAX_PARAMETERS = 1 << 28;

    public ModelSpec {
        cannedInputs = List.copyOf(cannedInputs);
        if (architecture instanceof Mlp mlp && mlp.dims().get(0) != input.size()) {
            throw new InvalidModelException(
                    "dims must start with the input's size "
                            + input.size()
                            + " (shape "
                            + input.shape()
                            + "), was "
                            + mlp.dims());
        }
        if (precision == Precision.BF16) {
            requireHiddenLayers(architecture);
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
        return new ModelSpec(new Mlp(dims, "relu", true), input, Precision.FP32, 1, List.of());
    }

    public ModelSpec withCannedInputs(List<CannedInput> inputs) {
        return new ModelSpec(architecture, input, precision, threads, inputs);
    }

    public ModelSpec with(Precision other) {
        return new ModelSpec(architecture, input, other, threads, cannedInputs);
    }

    private static void requireHiddenLayers(Architecture architecture) {
        if (!(architecture instanceof Mlp mlp)) {
            throw new InvalidModelException(
                    "precision bf16 is for perceptrons, the model is a "
                            + architecture.describe()
                            + ": its own code says what it computes in, so set precision to fp32");
        }
        if (mlp.layers() < 2) {
            throw new InvalidModelException(
                    "precision bf16 concerns hidden layers, and dims "
                            + mlp.dims()
                            + " have none: set precision to fp32");
        }
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

    /**
     * The architecture of a model that is a perceptron.
     *
     * @throws IllegalStateException when it is not
     */
    public Mlp mlp() {
        if (architecture instanceof Mlp mlp) {
            return mlp;
        }
        throw new IllegalStateException(
                "a perceptron is needed here, the model is a " + architecture.describe());
    }

    /**
     * Whether the other is the same student: canned inputs do not count, and a TorchScript student
     * keeps the executor that it was born with, whatever is wanted now.
     */
    public boolean isSameStudent(ModelSpec other) {
        return bare().equals(other.bare());
    }

    private ModelSpec bare() {
        Architecture plain =
                architecture instanceof TorchScript script
                        ? script.with(TorchScript.Executor.PLAIN)
                        : architecture;
        return new ModelSpec(plain, input, precision, threads, List.of());
    }

    public int classCount() {
        return architecture.classCount();
    }

    /** Number of elements of the flat vector: parameters, and buffers where there are any. */
    public int parameterCount() {
        return architecture.layout().size();
    }
}
