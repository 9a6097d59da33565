package io.decant.model.step;

import io.decant.model.hint.Hint;
import io.decant.model.loss.Kd;
import io.decant.model.loss.TeacherLoss;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.TorchScript;
import java.util.List;

/**
 * Numbers of one training step. <i>Immutable.</i>
 *
 * @param learningRate > 0
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root of the second moment, > 0
 * @param temperature softens both distributions, > 0; 1 = none
 * @param emaMaxDecay upper bound of the averaging decay, in [0, 1); 0 = the average is the weights
 * @param optimizer the update rule
 * @param loss the teacher's term
 * @param hints layers of the teacher that the student is told; needs a student that has them
 */
public record StepSettings(
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double temperature,
        double emaMaxDecay,
        Optimizer optimizer,
        TeacherLoss loss,
        List<Hint> hints) {

    public StepSettings {
        hints = List.copyOf(hints);
        require(
                learningRate > 0 && Double.isFinite(learningRate),
                "step.learning-rate must be above 0",
                learningRate);
        require(beta1 >= 0 && beta1 < 1, "step.beta1 must be at least 0 and below 1", beta1);
        require(beta2 >= 0 && beta2 < 1, "step.beta2 must be at least 0 and below 1", beta2);
        require(epsilon > 0 && Double.isFinite(epsilon), "step.epsilon must be above 0", epsilon);
        require(
                temperature > 0 && Double.isFinite(temperature),
                "step.temperature must be above 0",
                temperature);
        require(
                emaMaxDecay >= 0 && emaMaxDecay < 1,
                "step.ema-max-decay must be at least 0 and below 1",
                emaMaxDecay);
        if (optimizer == null) {
            throw new IllegalArgumentException("step.optimizer must be ADAM or SGD");
        }
        if (loss == null) {
            throw new IllegalArgumentException("step.loss must be a teacher's term");
        }
    }

    public static StepSettings defaults() {
        return new StepSettings(
                3e-3, 0.9, 0.999, 1e-8, 3, 0.99, Optimizer.ADAM, new Kd(), List.of());
    }

    /** Plain gradient descent without averaging. */
    public static StepSettings plain(double learningRate, double temperature) {
        return new StepSettings(
                learningRate, 0.9, 0.999, 1e-8, temperature, 0, Optimizer.SGD, new Kd(), List.of());
    }

    /** The same with another teacher's term. */
    public StepSettings with(TeacherLoss other) {
        return with(other, hints);
    }

    /** The same with other hints. */
    public StepSettings with(List<Hint> others) {
        return with(loss, others);
    }

    private StepSettings with(TeacherLoss other, List<Hint> others) {
        return new StepSettings(
                learningRate,
                beta1,
                beta2,
                epsilon,
                temperature,
                emaMaxDecay,
                optimizer,
                other,
                others);
    }

    /**
     * Checks that loss and hints have something to say to a student.
     *
     * @throws InvalidModelException when it has too few classes, or no layers to compare
     */
    public void requireFits(ModelSpec spec) {
        if (spec.classCount() < loss.leastClasses()) {
            throw new InvalidModelException(
                    "the loss "
                            + loss
                            + " compares at least "
                            + loss.leastClasses()
                            + " classes, and the model has "
                            + spec.classCount()
                            + ": take another loss, such as kd");
        }
        if (!hints.isEmpty() && !(spec.architecture() instanceof TorchScript)) {
            throw new InvalidModelException(
                    "hints are for students from a TorchScript file with a method forward_with_hints, and the model is a "
                            + spec.architecture().describe());
        }
        for (Hint hint : hints) {
            if (hint.shape().isEmpty()) {
                throw new InvalidModelException(
                        "the shape of layer "
                                + hint.layer()
                                + " in the student must be known before hints are learned");
            }
        }
    }

    private static void require(boolean holds, String rule, double value) {
        if (!holds) {
            throw new IllegalArgumentException(rule + ", was " + value);
        }
    }
}
