package io.decant.model.step;

import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.Precision;
import io.decant.model.torch.TorchModule;
import java.nio.ByteBuffer;

/** One call does it all. <i>Owned by one thread.</i> */
final class MlpLearning implements Learning {
    private final TorchModule module;
    private final boolean bucketed;

    MlpLearning(ModelSpec spec, TorchModule module) {
        this.module = module;
        bucketed = spec.precision() == Precision.BF16;
    }

    @Override
    public void predict(int rows) {
        call("predict", rows);
    }

    @Override
    public void loss(int rows) {
        call("loss", rows);
    }

    @Override
    public void step(int rows, long taken) {
        call("step", rows);
    }

    private void call(String method, int rows) {
        module.call(method, rows, bucketed ? RowBuckets.of(rows) : rows);
    }

    @Override
    public ByteBuffer integers() {
        return ByteBuffer.allocate(0);
    }
}
