package io.decant.model.torch;

import ai.djl.Device;
import java.util.OptionalInt;

/**
 * Where tensors live and are computed with. <i>Immutable.</i>
 *
 * @param gpu number of the GPU, from 0; empty for the processor
 */
public record TorchDevice(OptionalInt gpu) {
    public static final TorchDevice CPU = new TorchDevice(OptionalInt.empty());

    public TorchDevice {
        if (gpu.isPresent() && gpu.getAsInt() < 0) {
            throw new IllegalArgumentException("GPUs are numbered from 0, was " + gpu.getAsInt());
        }
    }

    public static TorchDevice cuda(int number) {
        return new TorchDevice(OptionalInt.of(number));
    }

    public boolean isGpu() {
        return gpu.isPresent();
    }

    Device djl() {
        return gpu.isPresent() ? Device.gpu(gpu.getAsInt()) : Device.cpu();
    }

    /** {@code cpu} or {@code cuda:N}, as PyTorch says it. */
    @Override
    public String toString() {
        return gpu.isPresent() ? "cuda:" + gpu.getAsInt() : "cpu";
    }
}
