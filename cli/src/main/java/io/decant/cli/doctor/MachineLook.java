package io.decant.cli.doctor;

import io.decant.model.torch.Torch;
import java.util.ArrayList;
import java.util.List;

/** What this machine offers a service that is started on it. <i>Thread-safe: no state.</i> */
public final class MachineLook {
    private MachineLook() {}

    /** Loads the engine to see that it loads. */
    public static List<Finding> findings() {
        List<Finding> all = new ArrayList<>();
        all.add(
                Finding.ok(
                        "machine",
                        "Java "
                                + Runtime.version()
                                + ", "
                                + Runtime.getRuntime().availableProcessors()
                                + " processors, heap of at most "
                                + (Runtime.getRuntime().maxMemory() >> 20)
                                + " MB"));
        try {
            Torch.startIfNeeded();
            all.add(
                    Finding.ok(
                            "natives",
                            Torch.engineDescription() + " loads, for " + Torch.cpuCapability()));
            all.add(
                    Torch.hasGpu()
                            ? Finding.ok("device", "a GPU can be used: device: cuda:0")
                            : Finding.ok("device", "no GPU is set up: device: auto takes the CPU"));
        } catch (RuntimeException | UnsatisfiedLinkError unusable) {
            all.add(
                    Finding.trouble(
                            "natives",
                            "libtorch does not load here ("
                                    + unusable.getMessage()
                                    + "); teacher and trainer cannot run on this machine, a gateway of a perceptron can"));
        }
        return all;
    }
}
