package io.decant.model.checkpoint;

import io.decant.model.digest.Sha256;
import io.decant.model.spec.DType;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.spec.ParameterLayout.Parameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A version of a model in full: its spec and its weights as fp32. Encoded, it is a safetensors file
 * with one tensor a layer parameter and the spec's JSON in the metadata, so other tools can read
 * it. Compares by identity. <i>Immutable.</i>
 */
public final class Anchor {
    /** Metadata key of the spec's JSON. */
    public static final String SPEC = "decant.spec";

    private final ModelSpec spec;
    private final ByteBuffer weights;

    private Anchor(ModelSpec spec, ByteBuffer weights) {
        this.spec = spec;
        this.weights = weights;
    }

    /**
     * Encodes weights.
     *
     * @param weights [parameters] fp32, little-endian, from position to limit; the position stays
     */
    public static byte[] encode(ModelSpec spec, ByteBuffer weights) {
        if (weights.remaining() != spec.parameterCount() * Float.BYTES) {
            throw new IllegalArgumentException(
                    "weights must be "
                            + spec.parameterCount() * Float.BYTES
                            + " bytes, were "
                            + weights.remaining());
        }
        List<SafeTensors.Tensor> tensors = new ArrayList<>();
        for (Parameter parameter : ParameterLayout.of(spec).parameters()) {
            ByteBuffer data =
                    weights.slice(
                            weights.position() + parameter.offset() * Float.BYTES,
                            parameter.size() * Float.BYTES);
            tensors.add(
                    new SafeTensors.Tensor(parameter.name(), DType.F32, parameter.shape(), data));
        }
        return new SafeTensors(Map.of(SPEC, spec.toJson()), tensors).toBytes();
    }

    /**
     * Reads what {@link #encode} wrote; copies the weights.
     *
     * @throws InvalidModelException when the file is damaged, has no valid spec, or its tensors are
     *     not those of the spec
     */
    public static Anchor decode(byte[] file) {
        SafeTensors tensors = SafeTensors.read(file);
        String json = tensors.metadata().get(SPEC);
        if (json == null) {
            throw new InvalidModelException(
                    "anchor: metadata has no '" + SPEC + "': this is no checkpoint of Decant");
        }
        ModelSpec spec = ModelSpec.fromJson(json);
        List<Parameter> expected = ParameterLayout.of(spec).parameters();
        if (tensors.tensors().size() != expected.size()) {
            throw new InvalidModelException(
                    "anchor: the spec "
                            + spec.dims()
                            + " has "
                            + expected.size()
                            + " tensors, the file has "
                            + tensors.tensors().size());
        }
        ByteBuffer weights =
                ByteBuffer.allocate(spec.parameterCount() * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (Parameter parameter : expected) {
            SafeTensors.Tensor tensor =
                    tensors.tensor(parameter.name())
                            .orElseThrow(
                                    () ->
                                            new InvalidModelException(
                                                    "anchor: tensor '"
                                                            + parameter.name()
                                                            + "' is missing"));
            if (tensor.dtype() != DType.F32 || !tensor.shape().equals(parameter.shape())) {
                throw new InvalidModelException(
                        "anchor: tensor '"
                                + parameter.name()
                                + "' must be F32 of shape "
                                + parameter.shape()
                                + ", was "
                                + tensor.dtype()
                                + " of shape "
                                + tensor.shape());
            }
            weights.put(
                    parameter.offset() * Float.BYTES,
                    tensor.data(),
                    0,
                    parameter.size() * Float.BYTES);
        }
        return new Anchor(spec, weights);
    }

    public ModelSpec spec() {
        return spec;
    }

    /** [parameters] fp32, little-endian, read-only. */
    public ByteBuffer weights() {
        return weights.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A copy as floats: [parameters]. */
    public float[] floats() {
        float[] values = new float[spec.parameterCount()];
        weights().asFloatBuffer().get(values);
        return values;
    }

    /**
     * SHA-256 of the flat weights: the version's digest, equal for every form of the same version.
     */
    public byte[] weightsDigest() {
        return Sha256.of(weights);
    }
}
