package io.decant.trainer;

import io.decant.model.step.Placement;
import io.decant.model.torch.Torch;
import io.decant.model.torch.TorchDevice;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the student is trained on. <i>Immutable.</i>
 *
 * @param chosen empty as long as nobody has looked whether there is a GPU
 */
public record Device(Optional<TorchDevice> chosen) {
    private static final Pattern GPU = Pattern.compile("cuda:([0-9]{1,3})");
    private static final String AUTO = "auto";

    /**
     * Reads {@code auto}, {@code cpu} or {@code cuda:N}.
     *
     * @throws IllegalArgumentException when it is none of them
     */
    static Device parse(String text) {
        Matcher gpu = GPU.matcher(text);
        if (gpu.matches()) {
            return of(TorchDevice.cuda(Integer.parseInt(gpu.group(1))));
        } else if (text.equals(TorchDevice.CPU.toString())) {
            return of(TorchDevice.CPU);
        } else if (text.equals(AUTO)) {
            return new Device(Optional.empty());
        }
        throw new IllegalArgumentException(
                "device must be auto, cpu or cuda:N with N from 0, was '" + text + "'");
    }

    private static Device of(TorchDevice chosen) {
        return new Device(Optional.of(chosen));
    }

    /**
     * The device that there is: for {@code auto} the first GPU that libtorch finds, if it was built
     * for CUDA. What finds none stays {@code auto}.
     *
     * @throws IllegalStateException when a GPU cannot be used
     */
    Device resolved() {
        Device found = chosen.isEmpty() && Torch.hasGpu() ? of(TorchDevice.cuda(0)) : this;
        found.requireUsable();
        return found;
    }

    /**
     * Throws {@link IllegalStateException} with what is missing when a GPU is named that cannot be
     * used.
     */
    public void requireUsable() {
        chosen.ifPresent(Torch::requireUsable);
    }

    public boolean isGpu() {
        return chosen.isPresent() && chosen.get().isGpu();
    }

    /** In lineage {@code auto} stands for the processor, because a GPU that was found is named. */
    Placement placement() {
        return Placement.of(chosen.orElse(TorchDevice.CPU));
    }

    /** As it stands in a configuration. */
    @Override
    public String toString() {
        return chosen.map(TorchDevice::toString).orElse(AUTO);
    }
}
