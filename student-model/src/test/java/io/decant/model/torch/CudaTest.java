package io.decant.model.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.Test;

class CudaTest {
    @Test
    void aLibtorchForTheProcessorIsSaidToBeOneWithItsFolder() {
        assertThat(new Cuda("/opt/torch/lib", false, false).problem().orElseThrow())
                .startsWith("the libtorch in /opt/torch/lib is for the processor only")
                .contains("PYTORCH_LIBRARY_PATH", "PYTORCH_VERSION=2.7.1", "PYTORCH_FLAVOR=cu128");
    }

    @Test
    void aMissingDriverIsSaidToBeMissing() {
        assertThat(new Cuda("/opt/torch/lib", true, false).problem().orElseThrow())
                .startsWith("libtorch was built for CUDA but finds no GPU")
                .contains("driver");
    }

    @Test
    void nothingIsWrongWithABuildThatFindsAGpu() {
        assertThat(new Cuda("/opt/torch/lib", true, true).problem()).isEmpty();
    }

    @Test
    void aGpuThatCannotBeUsedIsRefusedAndTheProcessorNever() {
        // Given
        assumeThat(Torch.hasGpu()).isFalse();
        // When // Then
        assertThatThrownBy(() -> Torch.requireUsable(TorchDevice.cuda(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("device cuda:0 cannot be used: the libtorch in ");
        assertThatCode(() -> Torch.requireUsable(TorchDevice.CPU)).doesNotThrowAnyException();
    }
}
