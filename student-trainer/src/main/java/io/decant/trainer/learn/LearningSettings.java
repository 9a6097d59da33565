package io.decant.trainer.learn;

import io.decant.model.checkpoint.ErrorFeedback;
import io.decant.model.forward.StudentForward;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.TorchScript;
import io.decant.model.step.Placement;
import io.decant.model.step.StepSettings;
import io.decant.model.step.TrainingStep;
import io.decant.model.torch.ScriptStudent;
import io.decant.trainer.drift.DriftSettings;
import io.decant.trainer.gate.GateSettings;
import io.decant.trainer.quality.QualitySettings;
import java.util.List;
import java.util.Optional;

/**
 * Everything but the journal that decides the bits of learning. <i>Immutable.</i>
 *
 * @param spec the student; its canned inputs are chosen by the learner
 * @param step optimiser, temperature, loss, hints, averaging
 * @param alpha weight of the teacher where there is a label, in [0, 1]
 * @param shadow whether a second student learns from labels alone, for comparison
 * @param initialWeights how a new model starts
 * @param seed of all randomness
 * @param predictionCapacity stored predictions that may wait for a label, at least 1
 * @param feedback how versions follow the averaged weights
 * @param gate what is held out, and how versions are judged with it
 * @param student the installed file of a TorchScript student
 * @param placement where it learns; bits are promised on the processor only
 * @param adaptation what is remembered, how far the teacher is believed, and what is watched
 */
public record LearningSettings(
        ModelSpec spec,
        StepSettings step,
        double alpha,
        boolean shadow,
        Initial initialWeights,
        long seed,
        int predictionCapacity,
        ErrorFeedback feedback,
        GateSettings gate,
        Optional<ScriptStudent> student,
        Placement placement,
        AdaptationSettings adaptation) {

    /** How a new model's weights are chosen. */
    public enum Initial {
        /** PyTorch's default for linear layers, from the seed; a TorchScript file's own weights. */
        UNIFORM,
        /** All 0. */
        ZEROS
    }

    /** Without a publishing gate. */
    public LearningSettings(
            ModelSpec spec,
            StepSettings step,
            double alpha,
            boolean shadow,
            Initial initialWeights,
            long seed,
            int predictionCapacity,
            ErrorFeedback feedback) {
        this(
                spec,
                step,
                alpha,
                shadow,
                initialWeights,
                seed,
                predictionCapacity,
                feedback,
                GateSettings.OFF,
                Optional.empty());
    }

    /** On the processor, without adaptation. */
    public LearningSettings(
            ModelSpec spec,
            StepSettings step,
            double alpha,
            boolean shadow,
            Initial initialWeights,
            long seed,
            int predictionCapacity,
            ErrorFeedback feedback,
            GateSettings gate,
            Optional<ScriptStudent> student) {
        this(
                spec,
                step,
                alpha,
                shadow,
                initialWeights,
                seed,
                predictionCapacity,
                feedback,
                gate,
                student,
                Placement.DIRECT,
                AdaptationSettings.NONE);
    }

    /** The same, learned elsewhere. */
    public LearningSettings at(Placement other) {
        return with(spec, seed, other, adaptation);
    }

    /** A step of this student, for up to so many rows. */
    TrainingStep newStep(int capacity) {
        return newStep(step, capacity);
    }

    /** A step of its shadow, which no teacher tells anything. */
    TrainingStep newShadowStep(int capacity) {
        return newStep(step.with(List.of()), capacity);
    }

    private TrainingStep newStep(StepSettings step, int capacity) {
        return spec.architecture() instanceof TorchScript
                ? TrainingStep.create(
                        spec,
                        step,
                        capacity,
                        ScriptStudent.required(spec, student),
                        seed,
                        placement)
                : TrainingStep.create(spec, step, capacity, placement);
    }

    /** A student of these weights, ready to answer. */
    StudentForward ready(float[] weights) {
        return StudentForward.of(spec, weights, student);
    }

    /** First weights of a new model: [parameters]. */
    float[] firstWeights() {
        if (initialWeights == Initial.ZEROS) {
            return new float[spec.parameterCount()];
        }
        return spec.architecture() instanceof TorchScript
                ? ScriptStudent.required(spec, student).weights(spec)
                : InitialWeights.uniform(spec, seed);
    }

    /** The same for a model that was born with this specification and seed. */
    LearningSettings born(ModelSpec bornSpec, long bornSeed) {
        return with(bornSpec.withCannedInputs(List.of()), bornSeed, placement, adaptation);
    }

    /** The same, adapting like this. */
    public LearningSettings with(AdaptationSettings other) {
        return with(spec, seed, placement, other);
    }

    private LearningSettings with(
            ModelSpec otherSpec,
            long otherSeed,
            Placement otherPlacement,
            AdaptationSettings otherAdaptation) {
        return new LearningSettings(
                otherSpec,
                step,
                alpha,
                shadow,
                initialWeights,
                otherSeed,
                predictionCapacity,
                feedback,
                gate,
                student,
                otherPlacement,
                otherAdaptation);
    }

    RehearsalSettings rehearsal() {
        return adaptation.rehearsal();
    }

    TrustSettings trust() {
        return adaptation.trust();
    }

    DriftSettings drift() {
        return adaptation.drift();
    }

    QualitySettings quality() {
        return adaptation.quality();
    }

    TeacherSettings teachers() {
        return adaptation.teachers();
    }

    /**
     * Refuses trust without a shadow.
     *
     * @throws IllegalArgumentException when it is wanted
     */
    public static void requireShadow(TrustSettings trust, boolean shadow) {
        if (trust.enabled() && !shadow) {
            throw new IllegalArgumentException(
                    "trust.enabled must be false when shadow is false, was true: the teacher is measured by the shadow; alpha is then fixed");
        }
    }

    public LearningSettings {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha must be between 0 and 1, was " + alpha);
        }
        requireShadow(adaptation.trust(), shadow);
        if (predictionCapacity < 1) {
            throw new IllegalArgumentException(
                    "predictions.capacity must be at least 1, was " + predictionCapacity);
        }
        if (spec.classCount() > PredictionStore.MAX_CLASSES) {
            throw new IllegalArgumentException(
                    "the model must have at most "
                            + PredictionStore.MAX_CLASSES
                            + " classes, was "
                            + spec.classCount());
        }
    }
}
