package io.decant.model.step;

import io.decant.model.spec.DType;
import io.decant.model.step.StepTensor.Role;
import io.decant.model.torch.TorchArchive;
import io.decant.model.torch.TorchDevice;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a step's tensors live. In the processor's own memory Java shares each of them. On another
 * device the module holds a copy of each for Java, see {@link StagingSource}. <i>Immutable.</i>
 *
 * @param device of the tensors
 * @param staged whether Java has copies; on the processor only to try that out
 */
public record Placement(TorchDevice device, boolean staged) {
    public Placement {
        if (device.isGpu() && !staged) {
            throw new IllegalArgumentException("Java does not share the memory of " + device);
        }
    }

    /** In the processor's memory, shared. */
    public static final Placement DIRECT = new Placement(TorchDevice.CPU, false);

    /** Calls whose predictions gather on a device before they have to be read. */
    static final int KEPT_CALLS = 64;

    /** The one for a device: staged on a GPU. */
    public static Placement of(TorchDevice device) {
        return device.isGpu() ? new Placement(device, true) : DIRECT;
    }

    /** Calls whose predictions can be kept. */
    int keptCalls() {
        return staged ? KEPT_CALLS : 1;
    }

    /** What the module calls the tensor that Java sees. */
    String seen(String tensor) {
        return staged ? StagingSource.HOST + tensor : tensor;
    }

    /** A step's tensors, and those that it needs here. */
    List<StepTensor> tensors(List<StepTensor> step, int capacity) {
        if (!staged) {
            return step;
        }
        List<StepTensor> all = new ArrayList<>(step);
        all.add(
                new StepTensor(
                        "predictions", DType.I64, List.of(KEPT_CALLS, capacity), Role.ANSWER));
        return all;
    }

    /** Attributes with a getter. */
    List<String> shared(List<StepTensor> tensors) {
        return tensors.stream().map(tensor -> seen(tensor.name())).toList();
    }

    /** Attributes without, besides a step's own. */
    List<String> inner(List<StepTensor> tensors, String... own) {
        List<String> inner = new ArrayList<>(List.of(own));
        if (staged) {
            inner.addAll(StagingSource.BLOCKS);
            tensors.forEach(tensor -> inner.add(tensor.name()));
        }
        return inner;
    }

    List<String> counters() {
        return staged ? List.of("steps", "boost", "slot") : List.of("steps", "boost");
    }

    /** Adds what {@link #shared}, {@link #inner} and {@link #counters} name, all 0. */
    TorchArchive fill(TorchArchive archive, List<StepTensor> tensors) {
        archive.integer("steps", 0).integer("boost", TrainingStep.NO_BOOST);
        for (StepTensor tensor : tensors) {
            // Rows are views of a block, and copies are made where Java can see them, both later.
            boolean later = staged && tensor.role() == Role.ROWS;
            archive.zeros(tensor.name(), tensor.dtype(), later ? List.of(1) : tensor.shape());
            if (staged) {
                archive.zeros(StagingSource.HOST + tensor.name(), tensor.dtype(), List.of(1));
            }
        }
        if (staged) {
            archive.integer("slot", 0);
            int bytes = StagingSource.blockBytes(tensors);
            StagingSource.BLOCKS.forEach(block -> archive.zeros(block, DType.U8, List.of(bytes)));
        }
        return archive;
    }

    /** Methods besides a step's own. */
    String methods(String className, List<StepTensor> tensors) {
        return staged ? StagingSource.methods(className, tensors) : "";
    }

    /** Statements of a call before it looks at its rows. */
    String before() {
        return staged ? StagingSource.send(device) : "";
    }

    /** Statements of a call that has predicted {@code z}. */
    String after() {
        return staged ? StagingSource.GATHER : "";
    }
}
