package io.decant.model.torch;

import java.util.Optional;

/**
 * What can be wrong with the way to a GPU, in the order in which it is met. <i>Immutable.</i>
 *
 * @param folder that libtorch was loaded from
 * @param built whether that libtorch was built for CUDA
 * @param available whether it finds a driver with at least one GPU
 */
record Cuda(String folder, boolean built, boolean available) {

    /** The first thing that is wrong, and what to do about it. */
    Optional<String> problem() {
        if (!built) {
            return Optional.of(
                    "the libtorch in "
                            + folder
                            + " is for the processor only: a GPU needs libtorch "
                            + Torch.LIBTORCH_VERSION
                            + " built for CUDA 12.8; set PYTORCH_LIBRARY_PATH to its folder lib, PYTORCH_VERSION="
                            + Torch.LIBTORCH_VERSION
                            + " and PYTORCH_FLAVOR=cu128 (docs/gpu.md)");
        }
        if (!available) {
            return Optional.of(
                    "libtorch was built for CUDA but finds no GPU: install an NVIDIA driver that supports CUDA 12.8, let"
                            + " this process see the GPU, and try nvidia-smi");
        }
        return Optional.empty();
    }
}
