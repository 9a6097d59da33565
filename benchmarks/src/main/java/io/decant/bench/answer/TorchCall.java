package io.decant.bench.answer;

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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The least that a call of libtorch costs from Java: the input stands in memory shared with a
 * tensor, the argument is used again, one method is run, and the output is read where it lies.
 * <i>Owned by one thread.</i>
 */
final class TorchCall implements Answerer {
    private final PtNDManager memory;
    private final PtSymbolBlock module;
    private final ByteBuffer bytes;
    private final IValue argument;
    private final List<byte[]> inputs;

    /**
     * Loads a module.
     *
     * @param archive TorchScript: [1, size] of {@code type} to fp32 [1, classes]
     */
    TorchCall(byte[] archive, DataType type, int size, List<byte[]> inputs) {
        this.inputs = inputs;
        memory = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
        try {
            module = JniUtils.loadModule(memory, new ByteArrayInputStream(archive), true, false);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        JniUtils.enableInferenceMode(module);
        PtNDArray input = (PtNDArray) memory.zeros(new Shape(1, size), type);
        bytes = input.toByteBuffer(true);
        argument = IValue.from(input);
    }

    @Override
    public void answer(int input, float[] logits) {
        bytes.put(0, inputs.get(input));
        try (IValue answer = IValueUtils.runMethod(module, "forward", argument);
                PtNDArray tensor = answer.toTensor(memory)) {
            tensor.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer().get(logits);
        }
    }

    @Override
    public void close() {
        argument.close();
        module.close();
        memory.close();
    }
}
