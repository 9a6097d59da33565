package io.decant.bench.teacher;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.decant.model.spec.InputSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The same file's forward on a tensor that stands ready: no input is copied, no output is read.
 * <i>Owned by one thread.</i>
 */
final class BareTeacher implements AutoCloseable {
    private static final String[] NO_EXTRAS = {};

    private final PtNDManager memory;
    private final PtSymbolBlock module;
    private final IValue argument;
    private final int rows;

    /** Loads a teacher that takes its input as raw bytes. */
    BareTeacher(Path file, InputSpec input, List<byte[]> records) {
        rows = records.size();
        memory = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
        module = JniUtils.loadModule(memory, file, true, NO_EXTRAS, NO_EXTRAS, false);
        JniUtils.enableInferenceMode(module);
        long[] shape =
                LongStream.concat(
                                LongStream.of(rows),
                                input.shape().stream().mapToLong(Integer::longValue))
                        .toArray();
        PtNDArray ready = (PtNDArray) memory.zeros(new Shape(shape), DataType.UINT8);
        ByteBuffer bytes = ready.toByteBuffer(true);
        records.forEach(bytes::put);
        argument = IValue.from(ready);
    }

    void forward() {
        IValueUtils.runMethod(module, "forward", argument).close();
    }

    /** What the forward gives for a row. */
    float[] logits(int row) {
        try (IValue answer = IValueUtils.runMethod(module, "forward", argument);
                PtNDArray tensor = answer.toTensor(memory)) {
            ByteBuffer all = tensor.toByteBuffer(true).order(ByteOrder.nativeOrder());
            float[] logits = new float[all.remaining() / Float.BYTES / rows];
            all.asFloatBuffer().get(row * logits.length, logits);
            return logits;
        }
    }

    @Override
    public void close() {
        argument.close();
        module.close();
        memory.close();
    }
}
