package io.decant.model.spec;

import java.util.List;

/**
 * What one raw input looks like and how it is standardised: {@code (x * scale - mean) / sd}, frozen
 * for the life of a model. <i>Immutable.</i>
 *
 * @param dtype element type of the raw little-endian bytes
 * @param shape sizes of one sample, without the batch dimension; each ≥ 1
 * @param scale finite and not 0; 1/255 for pixels
 * @param mean finite, in units of {@code x * scale}
 * @param sd finite and > 0, in units of {@code x * scale}
 */
public record InputSpec(DType dtype, List<Integer> shape, double scale, double mean, double sd) {
    /** Largest number of elements of one input. */
    public static final int MAX_ELEMENTS = 1 << 24;

    public InputSpec {
        shape = List.copyOf(shape);
        if (dtype == DType.I8) {
            throw new InvalidModelException("input.dtype must be u8, f32, f16 or i64, was i8");
        }
        long elements = 1;
        for (int length : shape) {
            if (length < 1) {
                throw new InvalidModelException(
                        "input.shape must hold sizes of at least 1, was " + shape);
            }
            elements = Math.min(elements * length, Integer.MAX_VALUE);
        }
        if (shape.isEmpty() || elements > MAX_ELEMENTS) {
            throw new InvalidModelException(
                    "input.shape must have 1 to " + MAX_ELEMENTS + " elements, was " + shape);
        }
        if (!Double.isFinite(scale) || scale == 0) {
            throw new InvalidModelException("input.scale must be finite and not 0, was " + scale);
        }
        if (!Double.isFinite(mean)) {
            throw new InvalidModelException("input.mean must be finite, was " + mean);
        }
        if (!Double.isFinite(sd) || sd <= 0) {
            throw new InvalidModelException("input.sd must be finite and above 0, was " + sd);
        }
    }

    /** Number of elements of one input. */
    public int size() {
        int size = 1;
        for (int length : shape) {
            size = Math.multiplyExact(size, length);
        }
        return size;
    }

    /** Bytes of one raw input. */
    public int bytes() {
        return Math.multiplyExact(size(), dtype.bytes());
    }
}
