package io.decant.trainer.learn;

import io.decant.model.step.TrainingStep;
import java.nio.ByteBuffer;
import java.util.List;

/** A training step's numbers as tensors of the state. <i>Thread-safe: all methods are pure.</i> */
final class SavedStep {
    private static final List<String> PARTS =
            List.of(".weights", ".first-moment", ".second-moment", ".ema");

    private static final String INTEGERS = ".integers";

    private SavedStep() {}

    static void save(String name, TrainingStep step, StateWriter state) {
        List<ByteBuffer> values =
                List.of(step.weights(), step.firstMoment(), step.secondMoment(), step.ema());
        for (int i = 0; i < PARTS.size(); i++) {
            state.floats(name + PARTS.get(i), values.get(i));
        }
        state.longs(name + ".steps", step.steps());
        if (step.integers().hasRemaining()) {
            long[] integers = new long[step.integers().remaining() / Long.BYTES];
            step.integers().asLongBuffer().get(integers);
            state.longs(name + INTEGERS, integers);
        }
    }

    static void restore(String name, TrainingStep step, LearnerState state) {
        List<ByteBuffer> values = PARTS.stream().map(part -> state.floats(name + part)).toList();
        step.restore(
                values.get(0),
                values.get(1),
                values.get(2),
                values.get(3),
                state.longs(name + ".steps")[0]);
        if (step.integers().hasRemaining()) {
            step.restoreIntegers(state.longs(name + INTEGERS));
        }
    }
}
