package io.decant.bench.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.decant.bench.step.Task.Batch;
import io.decant.bench.step.Task.Example;
import io.decant.model.spec.InputSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The cheapest way from raw records to DJL's arrays: direct buffers that are filled again for each
 * step, and arrays that share their memory. <i>Owned by one thread.</i>
 */
final class DjlBatch {
    private final InputSpec input;
    private final int rows;
    private final int classes;
    private final ByteBuffer pixels;
    private final ByteBuffer teacher;
    private final ByteBuffer labels;

    DjlBatch(Task task) {
        this.input = task.student().input();
        this.rows = task.rows();
        this.classes = task.student().classCount();
        this.pixels = ByteBuffer.allocateDirect(rows * input.bytes());
        this.teacher = direct(rows * classes * Float.BYTES);
        this.labels = direct(rows * Long.BYTES);
    }

    void fill(Batch batch) {
        for (int row = 0; row < rows; row++) {
            Example example = batch.examples().get(row);
            pixels.put(row * input.bytes(), example.pixels());
            float[] logits = example.teacherLogits();
            for (int c = 0; c < classes; c++) {
                teacher.putFloat((row * classes + c) * Float.BYTES, logits[c]);
            }
            labels.putLong(row * Long.BYTES, example.label());
        }
    }

    /** Standardised: [rows, inputs] fp32, owned by the manager. */
    NDArray inputs(NDManager manager) {
        return manager.create(pixels.rewind(), new Shape(rows, input.size()), DataType.UINT8)
                .toType(DataType.FLOAT32, false)
                .muli(input.scale() / input.sd())
                .addi(-input.mean() / input.sd());
    }

    /** [rows, classes] fp32; valid until the next {@link #fill}. */
    NDArray teacherLogits(NDManager manager) {
        Shape shape = new Shape(rows, classes);
        return manager.create(teacher.rewind(), shape, DataType.FLOAT32);
    }

    /** [rows] int64; valid until the next {@link #fill}. */
    NDArray labels(NDManager manager) {
        return manager.create(labels.rewind(), new Shape(rows), DataType.INT64);
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
