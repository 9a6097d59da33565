package io.decant.model.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
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
    /**
     * Method of a file that gives layers too: takes what forward takes, and returns the logits and
     * {@code Dict[str, Tensor]}, each [B, …], in one pass.
     */
    public static final String WITH_HINTS = "forward_with_hints";

    private static final String[] NO_EXTRAS = {};

    private final Path file;
    private final PtNDManager memory;
    private final PtSymbolBlock module;
    private final TorchModule adapter;
    private final ByteBuffer inputs;
    private final List<String> layers;

    private TorchForward(
            Path file,
            PtNDManager memory,
            PtSymbolBlock module,
            TorchModule adapter,
            List<String> layers) {
        this.file = file;
        this.layers = layers;
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
        return load(file, input, raw, capacity, List.of());
    }

    /**
     * As above, of a file whose layers are asked for.
     *
     * @param layers names of those that {@link #WITH_HINTS} gives; none when it is not needed
     */
    public static TorchForward load(
            Path file, InputSpec input, boolean raw, int capacity, List<String> layers) {
        TorchArchive.requireTorchScript(file);
        TorchModule adapter = TorchModule.load(adapter(input, raw, capacity, layers));
        PtNDManager memory = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
        try {
            PtSymbolBlock module =
                    JniUtils.loadModule(memory, file, true, NO_EXTRAS, NO_EXTRAS, false);
            JniUtils.enableInferenceMode(module);
            return new TorchForward(file, memory, module, adapter, List.copyOf(layers));
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
    public record Output(List<Long> shape, ByteBuffer values) {
        /** Copies the first values. */
        public void values(float[] target, int count) {
            values.asFloatBuffer().get(target, 0, count);
        }
    }

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
                consumer.accept(output(tensor));
            }
        } catch (EngineException e) {
            throw new InvalidModelException(
                    file + ": forward failed on " + rows + " inputs: " + reason(e), e);
        }
    }

    /**
     * As {@link #run}, with the layers that were asked for.
     *
     * @param consumer of the logits and then each layer, in the order of their names
     * @throws InvalidModelException when the module refuses the input, has no {@link #WITH_HINTS},
     *     or not these layers
     */
    public void runWithHints(int rows, Consumer<List<Output>> consumer) {
        try (IValue count = IValue.from((long) rows);
                IValue input = adapter.run("prepare", count);
                IValue answer = IValueUtils.runMethod(module, WITH_HINTS, input);
                IValue plain = adapter.run("collect_all", answer);
                NDList tensors = plain.toNDList(memory)) {
            consumer.accept(tensors.stream().map(tensor -> output((PtNDArray) tensor)).toList());
        } catch (EngineException e) {
            throw new InvalidModelException(
                    file
                            + ": "
                            + WITH_HINTS
                            + " must return (logits, {name: tensor}) with the layers "
                            + layers
                            + ", and failed on "
                            + rows
                            + " inputs: "
                            + reason(e),
                    e);
        }
    }

    private static Output output(PtNDArray tensor) {
        List<Long> shape = new ArrayList<>();
        Arrays.stream(tensor.getShape().getShape()).forEach(shape::add);
        return new Output(shape, tensor.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN));
    }

    /**
     * Shapes of the layers, without the batch, as inputs of zeros give them.
     *
     * @throws InvalidModelException when one is not [rows, …]
     */
    public List<List<Integer>> layerShapes(int rows) {
        List<List<Integer>> shapes = new ArrayList<>();
        runWithHints(
                rows,
                outputs -> {
                    for (int i = 0; i < layers.size(); i++) {
                        List<Long> shape = outputs.get(i + 1).shape();
                        if (shape.size() < 2 || shape.get(0) != rows || shape.contains(0L)) {
                            throw new InvalidModelException(
                                    file
                                            + ": layer "
                                            + layers.get(i)
                                            + " must be ["
                                            + rows
                                            + ", ...] for "
                                            + rows
                                            + " inputs, was "
                                            + shape);
                        }
                        shapes.add(shape.stream().skip(1).map(Math::toIntExact).toList());
                    }
                });
        return shapes;
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

    private static byte[] adapter(InputSpec input, boolean raw, int capacity, List<String> layers) {
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
                """
                        + collectAll(layers);
        return new TorchArchive("Adapter", code)
                .zeros("inputs", input.dtype(), shape)
                .scalar("offset", MlpSource.offset(input))
                .toBytes();
    }

    /**
     * Method that takes the logits and the layers apart; empty text when nobody asks for layers.
     */
    private static String collectAll(List<String> layers) {
        if (layers.isEmpty()) {
            return "";
        }
        StringBuilder code =
                new StringBuilder(
                        """
                  def collect_all(self: __torch__.Adapter, answer: Tuple[Tensor, Dict[str, Tensor]]) -> List[Tensor]:
                    logits, layers, = answer
                    all = [torch.contiguous(torch.to(logits, 6))]
                """);
        for (String layer : layers) {
            code.append(
                    "    added = torch.append(all, torch.contiguous(torch.to(layers[\"%s\"], 6)))\n"
                            .formatted(layer));
        }
        return code.append("    return all\n").toString();
    }

    /** The last line of libtorch's message: before it stands the script's stack. */
    static String reason(Exception e) {
        String[] lines = String.valueOf(e.getMessage()).strip().split("\n");
        return lines[lines.length - 1].strip();
    }
}
