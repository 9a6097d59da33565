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
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Somebody else's TorchScript module behind a generated adapter: the adapter owns the input tensor,
 * hands its first rows to the module, standardised or raw, and turns any floating output into
 * contiguous fp32. Types therefore never reach Java unchecked. <i>Owned by one thread.</i>
 */
public final class TorchForward implements AutoCloseable {
    private static final String[] NO_EXTRAS = {};

    private final Path file;
    private final PtNDManager memory;
    private final PtSymbolBlock module;
    private final TorchModule adapter;
    private final ByteBuffer inputs;

    private TorchForward(Path file, PtNDManager memory, PtSymbolBlock module, TorchModule adapter) {
        this.file = file;
        this.memory = memory;
        this.module = module;
        this.adapter = adapter;
        this.inputs = adapter.buffer("get_inputs");
    }

    /**
     * Loads a module for evaluation.
     *
     * @param raw true to pass inputs as they are, false to pass them standardised as fp32
     * @param capacity rows of the input tensor, ≥ 1
     * @throws InvalidModelException when libtorch cannot load the file
     */
    public static TorchForward load(Path file, InputSpec input, boolean raw, int capacity) {
        TorchArchive.requireTorchScript(file);
        TorchModule adapter = TorchModule.load(adapter(input, raw, capacity));
        PtNDManager memory = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
        try {
            PtSymbolBlock module =
                    JniUtils.loadModule(memory, file, true, NO_EXTRAS, NO_EXTRAS, false);
            JniUtils.enableInferenceMode(module);
            return new TorchForward(file, memory, module, adapter);
        } catch (EngineException e) {
            memory.close();
            adapter.close();
            throw new InvalidModelException(
                    file
                            + " cannot be loaded by libtorch "
                            + Torch.LIBTORCH_VERSION
                            + ": "
                            + reason(e),
                    e);
        }
    }

    /**
     * The input tensor [capacity, …] in the input's dtype: little-endian, shared, valid until
     * {@link #close()}.
     */
    public ByteBuffer inputs() {
        return inputs;
    }

    /** What one call gave: the output's shape and its values, row by row. */
    public record Output(List<Long> shape, ByteBuffer values) {}

    /**
     * Runs the first {@code rows} inputs. The output's values are valid until the consumer returns.
     *
     * @throws InvalidModelException when the module refuses the input or returns no tensor
     */
    public void run(int rows, Consumer<Output> consumer) {
        try (IValue count = IValue.from((long) rows);
                IValue input = adapter.run("prepare", count);
                IValue output = IValueUtils.runMethod(module, "forward", input)) {
            if (!output.isTensor()) {
                throw new InvalidModelException(
                        file
                                + ": forward must return one tensor of logits, returned "
                                + output.getType());
            }
            try (IValue plain = adapter.run("collect", output);
                    PtNDArray tensor = plain.toTensor(memory)) {
                List<Long> shape = new ArrayList<>();
                Arrays.stream(tensor.getShape().getShape()).forEach(shape::add);
                consumer.accept(
                        new Output(
                                shape, tensor.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN)));
            }
        } catch (EngineException e) {
            throw new InvalidModelException(
                    file + ": forward failed on " + rows + " inputs: " + reason(e), e);
        }
    }

    /**
     * Answers inputs as they stand, zeros at first, and looks at the answer.
     *
     * @return number of classes
     * @throws InvalidModelException when it is not finite logits [rows, C] with C ≥ 2
     */
    public int tryOut(int rows) {
        int[] classes = new int[1];
        run(
                rows,
                output -> {
                    if (output.shape().size() != 2
                            || output.shape().get(0) != rows
                            || output.shape().get(1) < 2) {
                        throw new InvalidModelException(
                                file
                                        + ": forward must return logits of shape ["
                                        + rows
                                        + ", classes] with at least 2 classes for "
                                        + rows
                                        + " inputs, returned "
                                        + output.shape());
                    }
                    classes[0] = Math.toIntExact(output.shape().get(1));
                    for (int i = 0; i < rows * classes[0]; i++) {
                        if (!Float.isFinite(output.values().getFloat(i * Float.BYTES))) {
                            throw new InvalidModelException(
                                    file
                                            + ": forward must return finite logits, returned "
                                            + output.values().getFloat(i * Float.BYTES)
                                            + " for an input of zeros");
                        }
                    }
                });
        return classes[0];
    }

    @Override
    public void close() {
        module.close();
        memory.close();
        adapter.close();
    }

    private static byte[] adapter(InputSpec input, boolean raw, int capacity) {
        List<Integer> shape = new ArrayList<>(input.shape());
        shape.add(0, capacity);
        String code =
                """
                class Adapter(Module):
                  __parameters__ = []
                  __buffers__ = ["inputs", "offset", ]
                  inputs : Tensor
                  offset : Tensor
                  training : bool
                  def get_inputs(self: __torch__.Adapter) -> Tensor:
                    return self.inputs
                  def prepare(self: __torch__.Adapter, rows: int) -> Tensor:
                    x = torch.slice(self.inputs, 0, 0, rows)
                """
                        + (raw ? "" : MlpSource.standardise(input, "x", "x", "self.offset"))
                        + """
                    return x
                  def collect(self: __torch__.Adapter, output: Tensor) -> Tensor:
                    return torch.contiguous(torch.to(output, 6))
                """;
        return new TorchArchive("Adapter", code)
                .zeros("inputs", input.dtype(), shape)
                .scalar("offset", MlpSource.offset(input))
                .toBytes();
    }

    /** The last line of libtorch's message: before it stands the script's stack. */
    static String reason(Exception e) {
        String[] lines = String.valueOf(e.getMessage()).strip().split("\n");
        return lines[lines.length - 1].strip();
    }
}
