package io.decant.trainer.learn;

import io.decant.model.checkpoint.SafeTensors;
import io.decant.model.spec.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collects copies of everything that a learner is, in a fixed order. <i>Owned by one thread.</i>
 */
final class StateWriter {
    private final Map<String, String> metadata = new TreeMap<>();
    private final List<SafeTensors.Tensor> tensors = new ArrayList<>();

    void text(String name, String value) {
        metadata.put(name, value);
    }

    /** Copies fp32 values, little-endian, from position to limit. */
    void floats(String name, ByteBuffer values) {
        ByteBuffer copy = ByteBuffer.allocate(values.remaining()).put(values.duplicate()).flip();
        tensors.add(
                new SafeTensors.Tensor(
                        name, DType.F32, List.of(copy.remaining() / Float.BYTES), copy));
    }

    void floats(String name, float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        tensors.add(new SafeTensors.Tensor(name, DType.F32, List.of(values.length), bytes));
    }

    void longs(String name, long... values) {
        longs(name, List.of(values.length), values);
    }

    void longs(String name, List<Integer> shape, long... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        tensors.add(new SafeTensors.Tensor(name, DType.I64, shape, bytes));
    }

    /** Copies rows of equal length. */
    void rows(String name, List<ByteBuffer> rows, int rowBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(rows.size(), rowBytes));
        rows.forEach(row -> bytes.put(row.duplicate()));
        tensors.add(
                new SafeTensors.Tensor(
                        name, DType.U8, List.of(rows.size(), rowBytes), bytes.flip()));
    }

    LearnerState done() {
        return new LearnerState(new SafeTensors(metadata, tensors));
    }
}
