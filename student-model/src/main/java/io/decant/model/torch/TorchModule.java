package io.decant.model.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A generated TorchScript module in memory. Its tensors are attributes of the module and are read
 * and written through buffers that share their memory, so a call makes no tensor on the Java side.
 * Methods run in inference mode: they may change their attributes in place, and autograd is off;
 * {@link #train} is the exception. A buffer dies with the module: touching it after {@link
 * #close()} is undefined. <i>Owned by one thread; several may {@link #call} a method that gives
 * each of them tensors of its own.</i>
 */
public final class TorchModule implements AutoCloseable {
    private static final IValue[] NO_ARGUMENTS = {};

    /** How DJL is told which method to run with gradients. */
    private static final String METHOD = "module_method:";

    /**
     * libtorch has one random generator a process. Whoever seeds it draws from it before anybody
     * else does.
     */
    private static final Lock RANDOM = new ReentrantLock();

    private final PtNDManager memory;
    private final PtSymbolBlock module;
    private final Map<Integer, IValue> numbers = new ConcurrentHashMap<>();
    private boolean optimised = true;

    private TorchModule(PtNDManager memory, PtSymbolBlock module) {
        this.memory = memory;
        this.module = module;
    }

    /** Loads an archive made by {@link TorchArchive}; starts libtorch when it does not run yet. */
    public static TorchModule load(byte[] archive) {
        return load(archive, TorchDevice.CPU);
    }

    /** As {@link #load(byte[])}, with all tensors of the archive on a device. */
    public static TorchModule load(byte[] archive, TorchDevice device) {
        Torch.startIfNeeded();
        return loadUnchecked(archive, device);
    }

    static TorchModule loadUnchecked(byte[] archive, TorchDevice device) {
        PtNDManager memory = (PtNDManager) NDManager.newBaseManager(device.djl(), "PyTorch");
        try {
            // From a stream: tensors of a module loaded by path are inference tensors and could
            // never change.
            PtSymbolBlock module =
                    JniUtils.loadModule(memory, new ByteArrayInputStream(archive), true, false);
            JniUtils.enableInferenceMode(module);
            return new TorchModule(memory, module);
        } catch (IOException | EngineException e) {
            memory.close();
            throw new InvalidModelException("libtorch refuses the module: " + e.getMessage(), e);
        }
    }

    /**
     * Memory of the tensor that {@code getter} returns, which must be in the processor's memory:
     * little-endian, shared, valid until {@link #close()}.
     */
    public ByteBuffer buffer(String getter) {
        return tensor(getter).toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Stays with the manager, and so keeps its memory alive. */
    private PtNDArray tensor(String getter) {
        try (IValue value = IValueUtils.runMethod(module, getter, NO_ARGUMENTS)) {
            return value.toTensor(memory);
        }
    }

    /** Calls a method that takes nothing and returns text. */
    public String text(String method) {
        try (IValue value = IValueUtils.runMethod(module, method, NO_ARGUMENTS)) {
            return value.toStringValue();
        }
    }

    /** Calls a method that takes nothing and returns a list of whole numbers. */
    public long[] numbers(String method) {
        try (IValue value = IValueUtils.runMethod(module, method, NO_ARGUMENTS)) {
            return value.toLongArray();
        }
    }

    /**
     * Calls a method that takes whole numbers and returns nothing. Numbers are kept for reuse: pass
     * few different ones, such as row counts.
     */
    public void call(String method, int... values) {
        IValue[] arguments = new IValue[values.length];
        for (int i = 0; i < values.length; i++) {
            arguments[i] = numbers.computeIfAbsent(values[i], IValue::from);
        }
        JniUtils.setGraphExecutorOptimize(optimised);
        try {
            IValueUtils.runMethod(module, method, arguments).close();
        } finally {
            JniUtils.setGraphExecutorOptimize(true);
        }
    }

    /** Calls a method that takes one whole number of any value and returns nothing. */
    public void callOnce(String method, long number) {
        try (IValue argument = IValue.from(number)) {
            IValueUtils.runMethod(module, method, argument).close();
        }
    }

    /**
     * Whether libtorch's executor may rewrite what it runs from now on; true at first. The executor
     * is asked at every call, and the answer is the calling thread's.
     */
    public void optimised(boolean optimised) {
        this.optimised = optimised;
    }

    /** What {@link #train} calls a method with. <i>Owned by its module.</i> */
    public static final class Arguments {
        private final NDList list;

        private Arguments(NDList list) {
            this.list = list;
        }
    }

    /**
     * Prepares calls of a method whose one argument and whose result is the tensor that {@code
     * getter} returns.
     */
    public Arguments arguments(String method, String getter) {
        PtNDArray argument = tensor(getter);
        // DJL takes the method's name from an array of that name, which is not passed on.
        PtNDArray name = tensor(getter);
        name.setName(METHOD + method);
        return new Arguments(new NDList(argument, name));
    }

    /**
     * Calls a method with gradients on and with the random generator to itself.
     *
     * @param training whether layers that behave differently in training do
     * @throws EngineException when the module refuses
     */
    public void train(Arguments arguments, boolean training) {
        RANDOM.lock();
        // Threads are born with gradients on, except the one that loaded libtorch.
        boolean before = JniUtils.isGradMode();
        try {
            JniUtils.setGradMode(true);
            JniUtils.setGraphExecutorOptimize(optimised);
            if (training) {
                JniUtils.enableTrainingMode(module);
            }
            IValueUtils.forward(module, arguments.list, true).close();
        } finally {
            JniUtils.enableInferenceMode(module);
            JniUtils.setGraphExecutorOptimize(true);
            JniUtils.setGradMode(before);
            RANDOM.unlock();
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
