package io.decant.pipeline.source;

import static io.decant.pipeline.source.SourceFields.invalid;
import static io.decant.pipeline.source.SourceFields.shown;

import io.decant.pipeline.record.Float16;
import io.decant.pipeline.record.Tensors;
import io.decant.records.DType;
import io.decant.records.DeadLetterReason;
import io.decant.records.Tensor;
import io.decant.serde.BadRecordException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.apache.avro.generic.GenericFixed;

/**
 * Makes a tensor of a field: a list of numbers, or raw little-endian bytes. The same field gives
 * the same bytes wherever it is read, because a soft target names its features by their hash.
 * <i>Immutable.</i>
 *
 * @param dtype not UNKNOWN
 * @param shape of one sample, each extent at least 1
 */
record FeatureField(FieldPath path, DType dtype, List<Integer> shape) {
    /** Largest number of elements of one sample. */
    private static final int MAX_ELEMENTS = 1 << 24;

    static void checkSize(List<Integer> shape) {
        long elements = 1;
        for (int extent : shape) {
            if (extent < 1) {
                throw new IllegalArgumentException(
                        "shape must hold extents of at least 1, was " + shape);
            }
            elements = Math.min(elements * extent, Integer.MAX_VALUE);
        }
        if (elements > MAX_ELEMENTS) {
            throw new IllegalArgumentException(
                    "shape must have at most " + MAX_ELEMENTS + " elements, was " + shape);
        }
    }

    /** The features; their number of bytes is that of dtype and shape. */
    Tensor read(Object tree) {
        Object found = SourceFields.required(path, tree, "the features");
        return new Tensor(dtype, shape, found instanceof List<?> list ? numbers(list) : raw(found));
    }

    private ByteBuffer raw(Object found) {
        ByteBuffer bytes;
        if (found instanceof ByteBuffer buffer) {
            bytes = copy(buffer);
        } else if (found instanceof GenericFixed fixed) {
            bytes = ByteBuffer.wrap(fixed.bytes());
        } else if (SourceFields.isText(found)) {
            bytes = base64(found.toString());
        } else {
            throw invalid(
                    path
                            + " is "
                            + shown(found)
                            + "; expected the features: a list of numbers, or raw bytes (base64 in JSON)");
        }
        if (bytes.remaining() != elements() * elementBytes()) {
            throw wrongShape(bytes.remaining() + " bytes", elements() * elementBytes() + " bytes");
        }
        return bytes;
    }

    /** What Avro hands out may be used again for the next record. */
    private static ByteBuffer copy(ByteBuffer buffer) {
        byte[] own = new byte[buffer.remaining()];
        buffer.duplicate().get(own);
        return ByteBuffer.wrap(own);
    }

    private ByteBuffer base64(String text) {
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException otherText) {
            throw invalid(
                    path
                            + " is "
                            + shown(text)
                            + "; expected the features: numbers, or bytes in base64");
        }
    }

    private ByteBuffer numbers(List<?> list) {
        ByteBuffer bytes =
                ByteBuffer.allocate(elements() * elementBytes()).order(ByteOrder.LITTLE_ENDIAN);
        if (!list.isEmpty() && list.get(0) instanceof List) {
            nested(list, 0, bytes);
        } else if (list.size() == elements()) {
            list.forEach(number -> put(number, bytes));
        } else {
            throw wrongShape("a list of " + list.size(), elements() + " numbers");
        }
        return bytes.flip();
    }

    private void nested(List<?> list, int dimension, ByteBuffer into) {
        if (list.size() != shape.get(dimension)) {
            throw wrongShape(
                    "a list of " + list.size() + " in dimension " + dimension,
                    shape.get(dimension) + " there");
        }
        for (Object item : list) {
            if (dimension + 1 == shape.size()) {
                put(item, into);
            } else if (item instanceof List<?> inner) {
                nested(inner, dimension + 1, into);
            } else {
                throw wrongShape(shown(item) + " in dimension " + dimension, "a list there");
            }
        }
    }

    private void put(Object item, ByteBuffer into) {
        if (!(item instanceof Number number)) {
            throw element(into, item, "a number");
        }
        switch (dtype) {
            case U8 -> into.put((byte) whole(number, 0, 255, into));
            case I64 -> into.putLong(whole(number, Long.MIN_VALUE, Long.MAX_VALUE, into));
            case F32 -> into.putFloat(finite(number.floatValue(), number, into));
            case F16 -> {
                float value = finite(number.floatValue(), number, into);
                if (Math.abs(value) > Float16.MAX) {
                    throw notFinite(number, into);
                }
                into.putShort(Float16.of(value));
            }
            case UNKNOWN -> throw new IllegalStateException("features have a known type");
        }
    }

    private long whole(Number number, long min, long max, ByteBuffer into) {
        boolean fits =
                number instanceof Integer
                        || number instanceof Long
                        || number.doubleValue() == Math.rint(number.doubleValue())
                                && Math.abs(number.doubleValue()) < 0x1p53;
        if (!fits || number.longValue() < min || number.longValue() > max) {
            throw element(
                    into,
                    number,
                    dtype == DType.U8 ? "a whole number from 0 to 255" : "a whole number");
        }
        return number.longValue();
    }

    private float finite(float value, Number number, ByteBuffer into) {
        if (!Float.isFinite(value)) {
            throw notFinite(number, into);
        }
        return value;
    }

    private BadRecordException notFinite(Number number, ByteBuffer into) {
        return new BadRecordException(
                DeadLetterReason.NOT_FINITE,
                path
                        + " element "
                        + into.position() / elementBytes()
                        + " is "
                        + shown(number)
                        + "; expected a finite number of type "
                        + dtype,
                null);
    }

    private BadRecordException element(ByteBuffer into, Object found, String expected) {
        return invalid(
                path
                        + " element "
                        + into.position() / elementBytes()
                        + " is "
                        + (found == null ? "null" : shown(found))
                        + "; expected "
                        + expected);
    }

    private BadRecordException wrongShape(String found, String expected) {
        return new BadRecordException(
                DeadLetterReason.WRONG_SHAPE,
                path + " is " + found + "; expected " + expected + " for " + dtype + " " + shape,
                null);
    }

    private int elements() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    private int elementBytes() {
        return Tensors.elementBytes(dtype);
    }
}
