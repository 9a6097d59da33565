package io.decant.bench.step;

import io.decant.bench.step.Task.Batch;
import io.decant.bench.step.Task.Example;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.Precision;
import io.decant.model.spec.TorchScript.Executor;
import io.decant.model.step.ExecutorChoice;
import io.decant.model.step.Placement;
import io.decant.model.step.TrainingStep;
import io.decant.model.torch.ScriptStudent;
import java.nio.file.Path;

/**
 * Decant's step, with all that it does in service: predictions and the moving average included.
 * <i>Owned by one thread.</i>
 */
final class FusedStep implements Contender {
    private final TrainingStep step;

    FusedStep(Task task, Precision precision, float[] start) {
        this(
                TrainingStep.create(task.student().with(precision), Task.SETTINGS, task.rows()),
                start);
    }

    private FusedStep(TrainingStep step, float[] start) {
        this.step = step;
        step.initialise(start);
    }

    /** The step of the same student, as PyTorch saved it. */
    static FusedStep ofFile(Task task, Path file, float[] start) {
        ScriptStudent student = ScriptStudent.open(file, 1);
        ModelSpec spec = student.spec(task.student().input(), Executor.PLAIN, 1);
        ModelSpec faster = ExecutorChoice.faster(spec, student, Placement.DIRECT, System::nanoTime);
        return new FusedStep(
                TrainingStep.create(faster, Task.SETTINGS, task.rows(), student, 1), start);
    }

    @Override
    public void step(Batch batch) {
        fill(step, batch);
        step.step(batch.rows());
    }

    @Override
    public float[] weights() {
        float[] weights = new float[step.spec().parameterCount()];
        step.weights().asFloatBuffer().get(weights);
        return weights;
    }

    @Override
    public void close() {
        step.close();
    }

    static void fill(TrainingStep step, Batch batch) {
        float teacherTerm = (float) (Task.ALPHA / batch.rows());
        float labelTerm = (float) ((1 - Task.ALPHA) / batch.rows());
        for (int row = 0; row < batch.rows(); row++) {
            Example example = batch.examples().get(row);
            step.input(row, example.pixels(), 0);
            step.teacherLogits(row, example.teacherLogits());
            step.label(row, example.label());
            step.coefficients(row, teacherTerm, labelTerm);
        }
    }
}
