package io.decant.model.step;

import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.TorchScript;
import io.decant.model.spec.TorchScript.Executor;
import io.decant.model.torch.ScriptStudent;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Finds out which executor learns faster, by taking steps with both: convolutions gain nothing from
 * being rewritten, perceptrons a fifth. <i>Thread-safe.</i>
 */
public final class ExecutorChoice {
    private static final int ROWS = 32;

    /** Both executors are still at work on the code in the first steps. */
    private static final int WARM_UP = 5;

    private static final int STEPS = 30;

    private ExecutorChoice() {}

    /**
     * The specification with the faster executor.
     *
     * @param placement of the step that will learn
     * @param nanoTime clock that only grows
     */
    public static ModelSpec faster(
            ModelSpec spec, ScriptStudent student, Placement placement, LongSupplier nanoTime) {
        TorchScript script = (TorchScript) spec.architecture();
        ModelSpec plain = with(spec, script.with(Executor.PLAIN));
        ModelSpec optimised = with(spec, script.with(Executor.OPTIMISED));
        return nanos(plain, student, placement, nanoTime)
                        <= nanos(optimised, student, placement, nanoTime)
                ? plain
                : optimised;
    }

    private static ModelSpec with(ModelSpec spec, TorchScript script) {
        return new ModelSpec(script, spec.input(), spec.precision(), spec.threads(), List.of());
    }

    private static long nanos(
            ModelSpec spec, ScriptStudent student, Placement placement, LongSupplier nanoTime) {
        try (TrainingStep step =
                TrainingStep.create(spec, StepSettings.defaults(), ROWS, student, 0, placement)) {
            take(WARM_UP, step);
            long start = nanoTime.getAsLong();
            take(STEPS, step);
            return nanoTime.getAsLong() - start;
        }
    }

    /** Takes steps and waits for their end. */
    private static void take(int steps, TrainingStep step) {
        for (int i = 0; i < steps; i++) {
            step.step(ROWS);
        }
        step.weights();
    }
}
