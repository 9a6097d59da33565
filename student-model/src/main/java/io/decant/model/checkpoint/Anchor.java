package io.decant.model.checkpoint;

import io.decant.model.digest.Sha256;
import io.decant.model.number.Float16;
import io.decant.model.spec.DType;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.spec.ParameterLayout.Parameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A version of a model in full: its spec and its weights. Encoded, it is a safetensors file with
 * the layers' parameters and, in the metadata, the spec's JSON and the encoding, so other tools can
 * read it: a tensor F32 or F16 for each parameter; with I8_ROW a matrix is a tensor I8 and another
 * one, F32, with the scales of its rows. Compares by identity. <i>Immutable.</i>
 */
public final class Anchor {
    /** Metadata key of the spec's JSON. */
    public static final String SPEC = "decant.spec";

    /** Metadata key of the encoding's name. */
    public static final String ENCODING = "decant.encoding";

    private static final String SCALE = ".scale";

    private final ModelSpec spec;
    private final AnchorEncoding encoding;
    private final ByteBuffer weights;

    Anchor(ModelSpec spec, AnchorEncoding encoding, ByteBuffer weights) {
        this.spec = spec;
        this.encoding = encoding;
        this.weights = weights;
    }

    /** Encodes weights exactly: {@link AnchorEncoding#F32}. */
    public static byte[] encode(ModelSpec spec, ByteBuffer weights) {
        return encode(spec, weights, AnchorEncoding.F32);
    }

    /**
     * Encodes weights; a reader gets them as {@link AnchorEncoding#round} leaves them.
     *
     * @param weights [parameters] fp32, little-endian, from position to limit; the position stays
     */
    public static byte[] encode(ModelSpec spec, ByteBuffer weights, AnchorEncoding encoding) {
        if (weights.remaining() != spec.parameterCount() * Float.BYTES) {
            throw new IllegalArgumentException(
                    "weights must be "
                            + spec.parameterCount() * Float.BYTES
                            + " bytes, were "
                            + weights.remaining());
        }
        float[] values = new float[spec.parameterCount()];
        weights.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        List<SafeTensors.Tensor> tensors = new ArrayList<>();
        for (Parameter parameter : ParameterLayout.of(spec).parameters()) {
            switch (encoding) {
                case F32 -> tensors.add(floats(parameter, values));
                case F16 -> tensors.add(halves(parameter, values));
                case I8_ROW -> {
                    if (hasScales(parameter, encoding)) {
                        addRows(parameter, values, tensors);
                    } else {
                        tensors.add(floats(parameter, values));
                    }
                }
            }
        }
        return new SafeTensors(Map.of(SPEC, spec.toJson(), ENCODING, encoding.name()), tensors)
                .toBytes();
    }

    private static SafeTensors.Tensor floats(Parameter parameter, float[] values) {
        ByteBuffer data = buffer(parameter.size() * Float.BYTES);
        data.asFloatBuffer().put(values, parameter.offset(), parameter.size());
        return new SafeTensors.Tensor(parameter.name(), DType.F32, parameter.shape(), data);
    }

    private static SafeTensors.Tensor halves(Parameter parameter, float[] values) {
        ByteBuffer data = buffer(parameter.size() * Short.BYTES);
        for (int i = 0; i < parameter.size(); i++) {
            data.putShort(AnchorEncoding.half(values[parameter.offset() + i]));
        }
        return new SafeTensors.Tensor(parameter.name(), DType.F16, parameter.shape(), data.flip());
    }

    private static void addRows(
            Parameter parameter, float[] values, List<SafeTensors.Tensor> tensors) {
        int rows = parameter.shape().get(0);
        int length = parameter.rowLength();
        ByteBuffer levels = buffer(parameter.size());
        ByteBuffer scales = buffer(rows * Float.BYTES);
        for (int row = 0; row < rows; row++) {
            int from = parameter.offset() + row * length;
            float scale = AnchorEncoding.scale(values, from, length);
            scales.putFloat(scale);
            for (int i = from; i < from + length; i++) {
                levels.put(AnchorEncoding.level(values[i], scale));
            }
        }
        String name = parameter.name();
        tensors.add(new SafeTensors.Tensor(name, DType.I8, parameter.shape(), levels.flip()));
        tensors.add(new SafeTensors.Tensor(name + SCALE, DType.F32, List.of(rows), scales.flip()));
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads what {@link #encode} wrote; copies the weights.
     *
     * @throws InvalidModelException when the file is damaged, has no valid spec, or its tensors are
     *     not those of the spec
     */
    public static Anchor decode(byte[] file) {
        SafeTensors tensors = SafeTensors.read(file);
        ModelSpec spec = ModelSpec.fromJson(metadata(tensors, SPEC));
        AnchorEncoding encoding = encoding(metadata(tensors, ENCODING));
        List<Parameter> parameters = ParameterLayout.of(spec).parameters();
        requireCount(
                parameters.stream().mapToInt(p -> hasScales(p, encoding) ? 2 : 1).sum(),
                tensors,
                spec);
        // Nothing is allocated before every tensor was seen: a spec alone may announce anything.
        List<ByteBuffer> found =
                parameters.stream()
                        .map(p -> data(tensors, p.name(), dtype(p, encoding), p.shape()))
                        .toList();
        ByteBuffer weights = buffer(spec.parameterCount() * Float.BYTES);
        for (int at = 0; at < found.size(); at++) {
            Parameter parameter = parameters.get(at);
            ByteBuffer data = found.get(at);
            DType dtype = dtype(parameter, encoding);
            if (dtype == DType.I8) {
                List<Integer> scaleShape = List.of(parameter.shape().get(0));
                ByteBuffer scales = data(tensors, parameter.name() + SCALE, DType.F32, scaleShape);
                int length = parameter.rowLength();
                for (int i = 0; i < parameter.size(); i++) {
                    weights.putFloat(scales.getFloat(i / length * Float.BYTES) * data.get(i));
                }
            } else if (dtype == DType.F16) {
                for (int i = 0; i < parameter.size(); i++) {
                    weights.putFloat(Float16.toFloat(data.getShort(i * Short.BYTES)));
                }
            } else {
                weights.put(data);
            }
        }
        return new Anchor(spec, encoding, weights.flip());
    }

    private static DType dtype(Parameter parameter, AnchorEncoding encoding) {
        return hasScales(parameter, encoding)
                ? DType.I8
                : encoding == AnchorEncoding.F16 ? DType.F16 : DType.F32;
    }

    private static boolean hasScales(Parameter parameter, AnchorEncoding encoding) {
        return encoding == AnchorEncoding.I8_ROW && parameter.shape().size() > 1;
    }

    private static void requireCount(int expected, SafeTensors tensors, ModelSpec spec) {
        if (tensors.tensors().size() != expected) {
            throw new InvalidModelException(
                    "anchor: the spec "
                            + spec.architecture().describe()
                            + " has "
                            + expected
                            + " tensors, the file has "
                            + tensors.tensors().size());
        }
    }

    private static String metadata(SafeTensors tensors, String key) {
        String value = tensors.metadata().get(key);
        if (value == null) {
            throw new InvalidModelException(
                    "anchor: metadata has no '" + key + "': this is no checkpoint of Decant");
        }
        return value;
    }

    private static AnchorEncoding encoding(String name) {
        return Arrays.stream(AnchorEncoding.values())
                .filter(encoding -> encoding.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new InvalidModelException(
                                        "anchor: "
                                                + ENCODING
                                                + " must be one of "
                                                + Arrays.toString(AnchorEncoding.values())
                                                + ", was '"
                                                + name
                                                + "'"));
    }

    private static ByteBuffer data(
            SafeTensors tensors, String name, DType dtype, List<Integer> shape) {
        SafeTensors.Tensor tensor =
                tensors.tensor(name)
                        .orElseThrow(
                                () ->
                                        new InvalidModelException(
                                                "anchor: tensor '" + name + "' is missing"));
        if (tensor.dtype() != dtype || !tensor.shape().equals(shape)) {
            throw new InvalidModelException(
                    "anchor: tensor '"
                            + name
                            + "' must be "
                            + dtype
                            + " of shape "
                            + shape
                            + ", was "
                            + tensor.dtype()
                            + " of shape "
                            + tensor.shape());
        }
        return tensor.data();
    }

    /** How the file that it was read from held the weights. */
    public AnchorEncoding encoding() {
        return encoding;
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
