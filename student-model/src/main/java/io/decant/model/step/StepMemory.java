package io.decant.model.step;

import io.decant.model.torch.TorchModule;
import java.nio.ByteBuffer;

/**
 * What Java sees of a step's tensors. Copies of a device's are brought up to date when they are
 * asked for, and not before: that waits for the device. <i>Owned by one thread.</i>
 */
final class StepMemory {
    private final TorchModule module;
    private final Placement placement;
    private boolean answersAreOld;
    private boolean stateIsOld;
    private int slot;

    StepMemory(TorchModule module, Placement placement) {
        this.module = module;
        this.placement = placement;
        if (placement.staged()) {
            module.call("stage", 0);
        }
    }

    /** Getter of what Java sees of a tensor. */
    String getter(String tensor) {
        return "get_" + placement.seen(tensor);
    }

    /** Memory of what Java sees of a tensor. */
    ByteBuffer of(String tensor) {
        return module.buffer(getter(tensor));
    }

    boolean isStaged() {
        return placement.staged();
    }

    /** A call has new answers; copies of the state are old when it learned. */
    void called(boolean learned) {
        answersAreOld = placement.staged();
        stateIsOld |= learned && placement.staged();
    }

    void readAnswers() {
        if (answersAreOld) {
            module.call("read_answers", 0);
            answersAreOld = false;
        }
    }

    void readState() {
        if (stateIsOld) {
            module.call("read_state", 0);
            stateIsOld = false;
        }
    }

    /** Java wrote all of the state, or parts of what it had read. */
    void sendState() {
        if (placement.staged()) {
            module.call("send_state", 0);
            stateIsOld = false;
        }
    }

    int keptCalls() {
        return placement.keptCalls();
    }

    /** The predictions of the next calls go elsewhere; returns where those of the last are. */
    int keep() {
        int kept = slot;
        if (placement.staged()) {
            slot = (slot + 1) % Placement.KEPT_CALLS;
            module.call("set_slot", slot);
        }
        return kept;
    }
}
