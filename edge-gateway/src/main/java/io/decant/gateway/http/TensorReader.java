package io.decant.gateway.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import io.decant.model.spec.InputSpec;
import io.decant.pipeline.record.Float16;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the numbers of one JSON tensor straight into raw little-endian bytes of the model's dtype.
 * They stand flat, in row-major order, or nested exactly as the shape says. <i>Owned by one
 * request.</i>
 */
final class TensorReader {
    private final InputSpec input;
    private final List<Integer> shape;
    private final int elementBytes;
    private final long maxElements;
    private ByteBuffer bytes;

    /**
     * Makes a reader.
     *
     * @param maxRows most inputs taken
     */
    TensorReader(InputSpec input, int maxRows) {
        this.input = input;
        shape = input.shape();
        elementBytes = input.dtype().bytes();
        maxElements =
                Math.min((long) maxRows * input.size(), (Integer.MAX_VALUE - 8) / elementBytes);
        bytes = buffer(new byte[input.bytes()]);
    }

    /** Reads from the array that the parser has just entered to its end. */
    void read(JsonParser json) throws IOException, RequestRefused {
        bytes.clear();
        JsonToken token = json.nextToken();
        if (token != JsonToken.START_ARRAY) {
            numbers(json, token);
            return;
        }
        for (; token == JsonToken.START_ARRAY; token = json.nextToken()) {
            row(json, 0);
        }
        if (token != JsonToken.END_ARRAY) {
            throw RequestRefused.badInput(
                    "data mixes arrays and numbers; expected all rows nested, or all numbers flat");
        }
    }

    private void row(JsonParser json, int dimension) throws IOException, RequestRefused {
        int count = 0;
        if (dimension == shape.size() - 1) {
            int before = bytes.position();
            numbers(json, json.nextToken());
            count = (bytes.position() - before) / elementBytes;
        } else {
            JsonToken token = json.nextToken();
            for (; token == JsonToken.START_ARRAY; token = json.nextToken()) {
                row(json, dimension + 1);
                count++;
            }
            if (token != JsonToken.END_ARRAY) {
                throw nesting("a number at dimension " + (dimension + 1));
            }
        }
        if (count != shape.get(dimension)) {
            throw nesting(count + " elements in dimension " + (dimension + 1));
        }
    }

    private RequestRefused nesting(String found) {
        return RequestRefused.badInput(
                "data is nested with "
                        + found
                        + "; expected rows of shape "
                        + shape
                        + ", or all numbers flat");
    }

    private void numbers(JsonParser json, JsonToken first) throws IOException, RequestRefused {
        for (JsonToken token = first; token != JsonToken.END_ARRAY; token = json.nextToken()) {
            if (token == JsonToken.START_ARRAY) {
                throw nesting("an array at a place for a number");
            }
            reserve();
            try {
                number(json, token);
            } catch (InputCoercionException outOfRange) {
                throw wrong(json);
            }
        }
    }

    private void number(JsonParser json, JsonToken token) throws IOException, RequestRefused {
        boolean whole = token == JsonToken.VALUE_NUMBER_INT;
        if (!whole && token != JsonToken.VALUE_NUMBER_FLOAT) {
            throw wrong(json);
        }
        switch (input.dtype()) {
            case U8 -> {
                int value = whole ? json.getIntValue() : -1;
                if (value < 0 || value > 255) {
                    throw wrong(json);
                }
                bytes.put((byte) value);
            }
            case I64 -> {
                if (!whole) {
                    throw wrong(json);
                }
                bytes.putLong(json.getLongValue());
            }
            case F32 -> bytes.putFloat(finite(json, json.getFloatValue()));
            case F16 -> {
                short half = Float16.of(json.getFloatValue());
                finite(json, Float16.toFloat(half));
                bytes.putShort(half);
            }
            case I8 -> throw wrong(json);
        }
    }

    private float finite(JsonParser json, float value) throws IOException, RequestRefused {
        if (!Float.isFinite(value)) {
            throw wrong(json);
        }
        return value;
    }

    private RequestRefused wrong(JsonParser json) throws IOException {
        String text = json.getText();
        return RequestRefused.badInput(
                "element "
                        + elements()
                        + " of data is "
                        + (text.length() > 40 ? text.substring(0, 40) + "..." : text)
                        + "; expected "
                        + switch (input.dtype()) {
                            case U8 -> "a whole number from 0 to 255";
                            case I64 -> "a whole number of 64 bits";
                            case F32 -> "a finite number of 32 bits";
                            case F16 -> "a finite number of 16 bits";
                            case I8 -> "a whole number of 8 bits";
                        });
    }

    private void reserve() throws RequestRefused {
        if (bytes.remaining() >= elementBytes) {
            return;
        }
        if (elements() >= maxElements) {
            throw new RequestRefused(
                    413,
                    "data holds more than "
                            + maxElements
                            + " numbers; send at most "
                            + maxElements / input.size()
                            + " inputs in a request");
        }
        long wider = Math.min(2L * bytes.capacity(), maxElements * elementBytes);
        int position = bytes.position();
        bytes = buffer(Arrays.copyOf(bytes.array(), (int) wider)).position(position);
    }

    private static ByteBuffer buffer(byte[] array) {
        return ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** How many numbers were read. */
    int elements() {
        return bytes.position() / elementBytes;
    }

    /** The numbers' bytes from index 0; there may be room behind them. */
    byte[] bytes() {
        return bytes.array();
    }
}
