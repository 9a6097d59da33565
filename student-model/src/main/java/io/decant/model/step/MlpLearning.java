package io.decant.model.step;

import io.decant.model.torch.TorchModule;
import java.nio.ByteBuffer;

/** One call does it all. <i>Owned by one thread.</i> */
record MlpLearning(TorchModule module) implements Learning {
    @Override
    public void step(int rows, long taken) {
        module.call("step", rows);
    }

    @Override
    public ByteBuffer integers() {
        return ByteBuffer.allocate(0);
    }
}
