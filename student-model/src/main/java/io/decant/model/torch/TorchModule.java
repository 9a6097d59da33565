package io.decant.model.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.decant.model.spec.InvalidModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * A generated TorchScript module in memory. Its tensors are attributes of the module and are read
 * and written through buffers that share their memory, so a call makes no tensor on the Java side.
 * Methods run in inference mode: they may change their attributes in place, and autograd is off. A
 * buffer dies with the module: touching it after {@link #close()} is undefined. <i>Owned by one
 * thread.</i>
 */
public final class TorchModule implements AutoCloseable {
    private static final IValue[] NO_ARGUMENTS = {};

    private final PtNDManager memory;
    private final PtSymbolBlock module;
    private final Map<Integer, IValue> numbers = new HashMap<>();

    private TorchModule(PtNDManager memory, PtSymbolBlock module) {
        this.memory = memory;
        this.module = module;
    }

    /** Loads an archive made by {@link TorchArchive}; starts libtorch when it does not run yet. */
    public static TorchModule load(byte[] archive) {
        Torch.startIfNeeded();
        return loadUnchecked(archive);
    }

    static TorchModule loadUnchecked(byte[] archive) {
        PtNDManager memory = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
        try {
            // From a stream: tensors of a module loaded by path are inference tensors and could
            // never change.
            return new TorchModule(
                    memory,
                    JniUtils.loadModule(memory, new ByteArrayInputStream(archive), true, false));
        } catch (IOException | EngineException e) {
            memory.close();
            throw new InvalidModelException("libtorch refuses the module: " + e.getMessage(), e);
        }
    }

    /**
     * Memory of the tensor that {@code getter} returns: little-endian, shared, valid until {@link
     * #close()}.
     */
    public ByteBuffer buffer(String getter) {
        try (IValue value = IValueUtils.runMethod(module, getter, NO_ARGUMENTS)) {
            PtNDArray tensor =
                    value.toTensor(memory); // Stays with the manager: it keeps the memory alive.
            return tensor.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Calls a method that takes nothing and returns text. */
    public String text(String method) {
        try (IValue value = IValueUtils.runMethod(module, method, NO_ARGUMENTS)) {
            return value.toStringValue();
        }
    }

    /**
     * Calls a method that takes one whole number and returns nothing. Numbers are kept for reuse:
     * pass few different ones, such as row counts.
     */
    public void call(String method, int number) {
        IValue argument = numbers.computeIfAbsent(number, IValue::from);
        IValueUtils.runMethod(module, method, argument).close();
    }

    /** Calls a method that takes one whole number of any value and returns nothing. */
    public void callOnce(String method, long number) {
        try (IValue argument = IValue.from(number)) {
            IValueUtils.runMethod(module, method, argument).close();
        }
    }

    /** Calls a method on values that stay on libtorch's side; the caller closes the result. */
    IValue run(String method, IValue... arguments) {
        return IValueUtils.runMethod(module, method, arguments);
    }

    /** Tensors held on the Java side: constant once every buffer was taken. */
    public int heldTensors() {
        return memory.getManagedArrays().size();
    }

    @Override
    public void close() {
        numbers.values().forEach(IValue::close);
        numbers.clear();
        module.close();
        memory.close();
    }
}
