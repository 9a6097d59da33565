package io.decant.pipeline.record;

import io.decant.records.DType;
import io.decant.records.DeadLetterReason;
import io.decant.records.Prefix8;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/** Checks and hashes feature tensors. <i>Thread-safe: all methods are pure.</i> */
public final class Tensors {
    private Tensors() {}

    /** Bytes of one element; 0 for a type that is not known. */
    public static int elementBytes(DType dtype) {
        return switch (dtype) {
            case U8 -> 1;
            case F16 -> 2;
            case F32 -> 4;
            case I64 -> 8;
            case UNKNOWN -> 0;
        };
    }

    /** The tensor's bytes; the array is the record's own and must not be changed. */
    public static byte[] bytes(Tensor tensor) {
        ByteBuffer data = tensor.getData();
        if (data.hasArray()
                && data.arrayOffset() == 0
                && data.position() == 0
                && data.array().length == data.limit()) {
            return data.array();
        }
        byte[] copy = new byte[data.remaining()];
        data.duplicate().get(copy);
        return copy;
    }

    /**
     * Says what is wrong with a tensor, if anything.
     *
     * @param dtype the type expected
     * @param shape the shape expected, without a batch dimension
     */
    public static Optional<Decoded.Bad<Tensor>> problem(
            Tensor tensor, DType dtype, List<Integer> shape) {
        if (tensor.getDtype() == DType.UNKNOWN) {
            return Optional.of(
                    new Decoded.Bad<>(
                            DeadLetterReason.UNKNOWN_SYMBOL,
                            "the features' dtype is not known to this version; expected " + dtype));
        }
        if (tensor.getDtype() != dtype || !tensor.getShape().equals(shape)) {
            return Optional.of(
                    new Decoded.Bad<>(
                            DeadLetterReason.WRONG_SHAPE,
                            "the features are "
                                    + tensor.getDtype()
                                    + " "
                                    + tensor.getShape()
                                    + "; expected "
                                    + dtype
                                    + " "
                                    + shape));
        }
        long elements = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        long expected = elements * elementBytes(dtype);
        if (tensor.getData().remaining() != expected) {
            return Optional.of(
                    new Decoded.Bad<>(
                            DeadLetterReason.WRONG_SHAPE,
                            "the features hold "
                                    + tensor.getData().remaining()
                                    + " bytes; expected "
                                    + expected
                                    + " for "
                                    + dtype
                                    + " "
                                    + shape));
        }
        return firstNotFinite(tensor)
                .map(
                        index ->
                                new Decoded.Bad<>(
                                        DeadLetterReason.NOT_FINITE,
                                        "the features' element "
                                                + index
                                                + " is NaN or infinite; expected finite numbers"));
    }

    private static Optional<Integer> firstNotFinite(Tensor tensor) {
        ByteBuffer data = tensor.getData().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int start = data.position();
        int bytes = elementBytes(tensor.getDtype());
        if (tensor.getDtype() == DType.F32) {
            for (int i = 0; i * bytes < data.remaining(); i++) {
                if (!Float.isFinite(data.getFloat(start + i * bytes))) {
                    return Optional.of(i);
                }
            }
        } else if (tensor.getDtype() == DType.F16) {
            for (int i = 0; i * bytes < data.remaining(); i++) {
                // All exponent bits set: infinite or NaN (IEEE 754 binary16).
                if ((data.getShort(start + i * bytes) & 0x7c00) == 0x7c00) {
                    return Optional.of(i);
                }
            }
        }
        return Optional.empty();
    }

    /** First 8 bytes of the SHA-256 of the feature bytes. */
    public static Prefix8 hash(byte[] features) {
        byte[] digest = sha256().digest(features);
        return new Prefix8(java.util.Arrays.copyOf(digest, 8));
    }

    /** A fresh SHA-256; every Java platform has it. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
