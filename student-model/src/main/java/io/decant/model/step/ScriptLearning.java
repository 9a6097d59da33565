package io.decant.model.step;

import io.decant.model.random.SplitMix64;
import io.decant.model.spec.ModelSpec;
import io.decant.model.torch.ScriptSource;
import io.decant.model.torch.ScriptStudent;
import io.decant.model.torch.TorchModule;
import java.nio.ByteBuffer;

/**
 * Two calls: predictions come from the student as it answers, learning from the student as it
 * trains, with dropout and batch statistics. A single row has no batch statistics, so it is learned
 * as the student answers. <i>Owned by one thread.</i>
 */
final class ScriptLearning implements Learning {
    private final TorchModule module;
    private final long seed;
    private final TorchModule.Arguments arguments;
    private final ByteBuffer call;
    private final ByteBuffer integers;

    ScriptLearning(
            ModelSpec spec,
            TorchModule module,
            StepMemory memory,
            ScriptStudent student,
            long seed) {
        this.module = module;
        this.seed = seed;
        module.callOnce("bind", 0);
        module.optimised(ScriptSource.isOptimised(spec));
        arguments = module.arguments("learn", memory.getter("call"));
        call = memory.of("call");
        integers = memory.of("integers").slice(0, student.integers().size() * Long.BYTES);
    }

    @Override
    public void predict(int rows) {
        module.call("predict", rows, rows);
    }

    @Override
    public void loss(int rows) {
        module.call("loss", rows, rows);
    }

    @Override
    public void step(int rows, long taken) {
        predict(rows);
        call.putLong(0, rows).putLong(Long.BYTES, SplitMix64.at(seed, taken));
        module.train(arguments, rows > 1);
    }

    @Override
    public ByteBuffer integers() {
        return integers;
    }
}
