package io.decant.pipeline.record;

import io.decant.records.DType;
import io.decant.records.DeadLetterReason;
import io.decant.records.Prefix8;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
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
     * @param dtype the type expected; not UNKNOWN
     * @param shape the shape expected, without a batch dimension, each extent at least 1
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
        long expected =
                shape.stream()
                        .mapToLong(Integer::longValue)
                        .reduce(elementBytes(dtype), Math::multiplyExact);
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
        ByteBuffer data = tensor.getData().slice().order(ByteOrder.LITTLE_ENDIAN);
        int elements =
                switch (tensor.getDtype()) {
                    case F32, F16 -> data.remaining() / elementBytes(tensor.getDtype());
                    default -> 0;
                };
        for (int i = 0; i < elements; i++) {
            boolean finite =
                    tensor.getDtype() == DType.F32
                            ? Float.isFinite(data.getFloat(4 * i))
                            // All exponent bits set: infinite or NaN (IEEE 754 binary16).
                            : (data.getShort(2 * i) & 0x7c00) != 0x7c00;
            if (!finite) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** First 8 bytes of the SHA-256 of the feature bytes. */
    public static Prefix8 hash(byte[] features) {
        return new Prefix8(Arrays.copyOf(sha256().digest(features), 8));
    }

    /** A fresh SHA-256; every Java platform has it. */
    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
