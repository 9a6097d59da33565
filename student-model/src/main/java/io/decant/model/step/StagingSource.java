package io.decant.model.step;

import static io.decant.model.torch.ScriptText.fill;

import io.decant.model.spec.DType;
import io.decant.model.step.StepTensor.Role;
import io.decant.model.torch.ScriptText;
import io.decant.model.torch.TorchDevice;
import java.util.List;
import java.util.function.Predicate;

/**
 * TorchScript statements that keep a step's tensors on a device and copies for Java in host memory.
 * All rows of a call lie in one block, which goes over in one copy; the class of each row is found
 * and gathered there, for as many calls as there are slots; nothing comes back unless a method that
 * says so is called, so calls can be given faster than they are worked off. <i>Thread-safe.</i>
 */
final class StagingSource {
    static final String HOST = "host_";

    static final List<String> BLOCKS = List.of("block", HOST + "block");

    private static final int ALIGNMENT = 16;

    /** A tensor over bytes of a block: its storage may be of another type. */
    private static final String ROWS =
            """
                view_PREFIXNAME = torch.set_(self.PREFIXNAME, self.PREFIXblock, FROM, SHAPE, STRIDES)
            """;

    private static final String IN_HOST_MEMORY =
            """
                self.host_NAME = torch.zeros(SHAPE, dtype=DTYPE, layout=None, device=torch.device("cpu"), pin_memory=False)
            """;

    private static final String COPY =
            """
                copied_NAME = torch.copy_(self.TO_NAME, self.FROM_NAME)
            """;

    /**
     * From pinned memory the copy need not be waited for; libtorch keeps that memory until it is
     * done.
     */
    private static final String SEND =
            """
                sent = torch.copy_(self.block, torch.pin_memory(self.host_block), True)
            """;

    private static final String SEND_WITHIN_HOST =
            """
                sent = torch.copy_(self.block, self.host_block)
            """;

    static final String GATHER =
            """
                slot = torch.slice(torch.select(self.predictions, 0, self.slot), 0, 0, rows)
                gathered = torch.copy_(slot, torch.argmax(z, 0))
            """;

    private static final String SET_SLOT =
            """
              def set_slot(self: __torch__.CLASS, slot: int) -> NoneType:
                self.slot = slot
                return None
            """;

    private StagingSource() {}

    /**
     * {@code stage} makes host copies and views; {@code read_answers} and {@code read_state} bring
     * the copies up to date and wait for the device; {@code send_state} is the way back.
     */
    static String methods(String className, List<StepTensor> tensors) {
        return fill(SET_SLOT, "CLASS", className)
                + method(className, "stage", stage(tensors))
                + method(className, "read_answers", copies(tensors, Role.ANSWER, HOST, ""))
                + method(className, "read_state", copies(tensors, Role.STATE, HOST, ""))
                + method(className, "send_state", copies(tensors, Role.STATE, "", HOST));
    }

    private static String method(String className, String name, String body) {
        return "  def %s(self: __torch__.%s, ignored: int) -> NoneType:\n%s    return None\n"
                .formatted(name, className, body);
    }

    private static String stage(List<StepTensor> tensors) {
        StringBuilder code =
                new StringBuilder(inHostMemory("block", DType.U8, List.of(blockBytes(tensors))));
        int from = 0;
        for (StepTensor tensor : tensors) {
            if (tensor.role() == Role.ROWS) {
                code.append(inHostMemory(tensor.name(), tensor.dtype(), List.of(1)))
                        .append(view("", tensor, from))
                        .append(view(HOST, tensor, from));
                from += aligned(tensor);
            } else {
                code.append(inHostMemory(tensor.name(), tensor.dtype(), tensor.shape()));
            }
        }
        return code.toString();
    }

    private static String inHostMemory(String name, DType dtype, List<Integer> shape) {
        return fill(
                IN_HOST_MEMORY, "NAME", name, "SHAPE", shape, "DTYPE", ScriptText.number(dtype));
    }

    private static String view(String prefix, StepTensor tensor, int from) {
        return fill(
                ROWS,
                "PREFIX",
                prefix,
                "FROM",
                from / tensor.dtype().bytes(),
                "SHAPE",
                tensor.shape(),
                "STRIDES",
                ScriptText.strides(tensor.shape()),
                "NAME",
                tensor.name());
    }

    private static String copies(
            List<StepTensor> tensors, Role role, String toPrefix, String fromPrefix) {
        StringBuilder code = new StringBuilder();
        Predicate<StepTensor> wanted = tensor -> tensor.role() == role;
        tensors.stream()
                .filter(wanted)
                .forEach(
                        tensor ->
                                code.append(
                                        fill(
                                                COPY,
                                                "TO_",
                                                toPrefix,
                                                "FROM_",
                                                fromPrefix,
                                                "NAME",
                                                tensor.name())));
        return code.toString();
    }

    /** Statement that sends the rows over. */
    static String send(TorchDevice device) {
        return device.isGpu() ? SEND : SEND_WITHIN_HOST;
    }

    /** Bytes of the block that holds all rows of a call. */
    static int blockBytes(List<StepTensor> tensors) {
        return tensors.stream()
                .filter(tensor -> tensor.role() == Role.ROWS)
                .mapToInt(StagingSource::aligned)
                .reduce(0, Math::addExact);
    }

    private static int aligned(StepTensor tensor) {
        return Math.addExact(tensor.bytes(), ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
