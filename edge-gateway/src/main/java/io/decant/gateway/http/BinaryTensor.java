package io.decant.gateway.http;

import io.decant.model.number.Float16;
import io.decant.model.spec.InputSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Checks and writes tensors as raw little-endian bytes in row-major order. <i>Thread-safe:
 * pure.</i>
 */
final class BinaryTensor {
    private BinaryTensor() {}

    /**
     * How many inputs the bytes from {@code from} on are.
     *
     * @throws RequestRefused if they are no whole number of inputs, too many, or not finite
     */
    static int rows(byte[] body, int from, InputSpec input, int maxRows) throws RequestRefused {
        int length = body.length - from;
        if (length == 0 || length % input.bytes() != 0) {
            throw RequestRefused.badInput(
                    "the body holds "
                            + length
                            + " bytes of raw data; expected a multiple of "
                            + input.bytes()
                            + ", the bytes of one input");
        }
        if (length / input.bytes() > maxRows) {
            throw tooMany(length / input.bytes(), maxRows);
        }
        requireFinite(body, from, input);
        return length / input.bytes();
    }

    static RequestRefused tooMany(long rows, int maxRows) {
        return new RequestRefused(
                413, "the request holds " + rows + " inputs; send at most " + maxRows + " at once");
    }

    static void requireFinite(byte[] body, int from, InputSpec input) throws RequestRefused {
        ByteBuffer bytes = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).position(from);
        int element = 0;
        while (bytes.hasRemaining()) {
            float value =
                    switch (input.dtype()) {
                        case F32 -> bytes.getFloat();
                        case F16 -> Float16.toFloat(bytes.getShort());
                        case U8, I8, I64 -> {
                            // Every pattern of bits is a number.
                            bytes.position(bytes.limit());
                            yield 0;
                        }
                    };
            if (!Float.isFinite(value)) {
                throw RequestRefused.badInput(
                        "element "
                                + element
                                + " of the raw data is "
                                + value
                                + "; expected a finite number");
            }
            element++;
        }
    }

    /** fp32, four bytes a value. */
    static byte[] ofFloats(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /** int64, eight bytes a value. */
    static byte[] ofLongs(int[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putLong(value);
        }
        return bytes.array();
    }
}
