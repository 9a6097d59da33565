package io.decant.trainer.journal;

import io.decant.model.hint.Hint;
import io.decant.model.spec.ModelSpec;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.pipeline.record.Tensors;
import io.decant.records.DType;
import io.decant.records.DeadLetterReason;
import io.decant.records.Encoding;
import io.decant.records.Label;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import io.decant.records.TrainingPair;
import io.decant.trainer.learn.Answer;
import io.decant.trainer.learn.LabelClass;
import io.decant.trainer.learn.Logits;
import io.decant.trainer.learn.Pair;
import io.decant.trainer.learn.SampleKey;
import io.decant.trainer.learn.TeacherSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns a journal record into a pair that the model can learn, or says why it cannot. Answers that
 * weigh nothing are dropped unread: what is not for this model need not fit it. <i>Thread-safe.</i>
 */
public final class PairCheck {
    /** Greatest distance of a distribution's sum from 1. */
    private static final double SUM_TOLERANCE = 1e-3;

    private static final int TEACHER_ID_CHARACTERS = 100;

    private final DType dtype;
    private final List<Integer> shape;
    private final int classes;
    private final float temperature;
    private final long seed;
    private final TeacherSettings teachers;
    private final HintCheck hints;

    /**
     * Checks for one model.
     *
     * @param temperature the trainer's: only at it can sampled answers be learned
     * @param seed the model's; it draws the class that a label distribution teaches
     * @param teachers whose answers it can weigh
     * @param hints that the model wants
     */
    public PairCheck(
            ModelSpec spec,
            double temperature,
            long seed,
            TeacherSettings teachers,
            List<Hint> hints) {
        this.dtype = DType.valueOf(spec.input().dtype().name());
        this.shape = spec.input().shape();
        this.classes = spec.classCount();
        this.temperature = (float) temperature;
        this.seed = seed;
        this.teachers = teachers;
        this.hints = new HintCheck(hints);
    }

    /** Checks that kind, features, answers and label fit together and fit the model. */
    public Reading check(TrainingPair record) {
        try {
            return reading(record);
        } catch (Refused refused) {
            return new Reading.Refused(refused.reason, refused.getMessage());
        }
    }

    private Reading reading(TrainingPair record) {
        PairKind kind = record.getKind();
        if (kind == PairKind.UNKNOWN) {
            throw new Refused(
                    DeadLetterReason.UNKNOWN_SYMBOL,
                    "the pair's kind is not known to this version; update the trainer");
        }
        Optional<Decoded.Bad<Tensor>> problem = Tensors.problem(record.getFeatures(), dtype, shape);
        if (problem.isPresent()) {
            throw new Refused(problem.get().reason(), problem.get().detail());
        }
        boolean taught = kind == PairKind.LABELLED || kind == PairKind.SOFT_ONLY;
        boolean labelled =
                kind == PairKind.LABELLED
                        || kind == PairKind.LABEL_ONLY
                        || kind == PairKind.LABEL_CORRECTION;
        if (taught && record.getSoftTargets().isEmpty()) {
            throw new Refused(
                    DeadLetterReason.INVALID_VALUE,
                    "a " + kind + " pair has no soft target; expected at least one");
        }
        if (labelled && record.getLabel() == null) {
            throw new Refused(
                    DeadLetterReason.INVALID_VALUE,
                    "a " + kind + " pair has no label; expected one");
        }
        List<Answer> answers = taught ? answers(record.getSoftTargets()) : List.of();
        boolean unheard = taught && answers.isEmpty();
        if (unheard && !labelled) {
            return new Reading.LeftOut(record.getSampleId());
        }
        return new Reading.Usable(
                new Pair(
                        unheard ? PairKind.LABEL_ONLY : kind,
                        record.getSampleId(),
                        record.getFeatures().getData(),
                        answers,
                        labelled || (kind == PairKind.GATE && record.getLabel() != null)
                                ? Optional.of(label(record.getLabel(), record.getSampleId()))
                                : Optional.empty(),
                        record.getEventTimeMillis(),
                        record.getAttributes()));
    }

    private List<Answer> answers(List<SoftTarget> targets) {
        if (targets.size() > TeacherSettings.MOST) {
            throw new Refused(
                    DeadLetterReason.INVALID_VALUE,
                    "the pair has "
                            + targets.size()
                            + " soft targets; expected at most "
                            + TeacherSettings.MOST);
        }
        Set<String> ids = new HashSet<>();
        List<Answer> answers = new ArrayList<>(targets.size());
        for (SoftTarget target : targets) {
            String id = target.getTeacherId();
            if (id.length() > TEACHER_ID_CHARACTERS || !ids.add(id)) {
                throw new Refused(
                        DeadLetterReason.INVALID_VALUE,
                        "the soft target's teacher id is too long or stands in the pair twice; expected one of at most "
                                + TEACHER_ID_CHARACTERS
                                + " characters for each answer");
            }
            if (!teachers.knows(id)) {
                throw new Refused(
                        DeadLetterReason.INVALID_VALUE,
                        "the teacher '"
                                + id
                                + "' has no weight; expected one of "
                                + teachers.weights().keySet().stream().sorted().toList()
                                + " as teachers.weights says");
            }
            if (teachers.hears(id)) {
                answers.add(new Answer(id, logits(target)));
            }
        }
        return answers;
    }

    /** Raw logits: the record holds z/T and its own T. */
    private Logits logits(SoftTarget target) {
        if (target.getOutcome() == Outcome.UNKNOWN || target.getEncoding() == Encoding.UNKNOWN) {
            throw new Refused(
                    DeadLetterReason.UNKNOWN_SYMBOL,
                    "the soft target's outcome or encoding is not known to this version; update the trainer");
        }
        float softenedAt = target.getTemperature();
        if (target.getOutcome() != Outcome.SCORED
                || !(softenedAt > 0)
                || !Float.isFinite(softenedAt)) {
            throw new Refused(
                    DeadLetterReason.INVALID_VALUE,
                    "the soft target is "
                            + target.getOutcome()
                            + " at temperature "
                            + softenedAt
                            + "; expected SCORED at a temperature above 0");
        }
        if (target.getClassCount() != classes) {
            throw new Refused(
                    DeadLetterReason.WRONG_SHAPE,
                    "the soft target has "
                            + target.getClassCount()
                            + " classes; expected the model's "
                            + classes);
        }
        if (target.getEncoding() == Encoding.SAMPLED && softenedAt != temperature) {
            throw new Refused(
                    DeadLetterReason.INVALID_VALUE,
                    "the soft target was sampled at temperature "
                            + softenedAt
                            + ", and draws cannot be softened again to the trainer's "
                            + temperature
                            + "; give teacher and trainer one temperature, or let the teacher write topk");
        }
        float[] values = new float[classes];
        try {
            SoftTargetPayload.decode(target.getPayload(), target.getEncoding(), values);
        } catch (IllegalArgumentException malformed) {
            throw new Refused(DeadLetterReason.INVALID_VALUE, malformed.getMessage());
        }
        for (int c = 0; c < classes; c++) {
            values[c] *= softenedAt;
            if (!Float.isFinite(values[c])) {
                throw new Refused(
                        DeadLetterReason.NOT_FINITE,
                        "the soft target's logit of class "
                                + c
                                + " times its temperature "
                                + softenedAt
                                + " is not finite");
            }
        }
        return Logits.owning(values).with(hints(target));
    }

    private List<float[]> hints(SoftTarget target) {
        Decoded<List<float[]>> checked = hints.check(target);
        if (checked instanceof Decoded.Bad<List<float[]>> bad) {
            throw new Refused(bad.reason(), bad.detail());
        }
        return ((Decoded.Good<List<float[]>>) checked).value();
    }

    private LabelClass label(Label label, String sampleId) {
        if ((label.getClassIndex() == null) == (label.getDistribution() == null)) {
            throw new Refused(
                    DeadLetterReason.INVALID_VALUE,
                    "the label must have either a class or a distribution");
        }
        if (label.getClassIndex() != null) {
            int index = label.getClassIndex();
            if (index < 0 || index >= classes) {
                throw new Refused(
                        DeadLetterReason.CLASS_OUT_OF_RANGE,
                        "the label's class is " + index + "; expected 0 to " + (classes - 1));
            }
            return LabelClass.of(index);
        }
        List<Float> distribution = label.getDistribution();
        double sum = 0;
        for (float probability : distribution) {
            sum += probability >= 0 ? probability : Double.NaN;
        }
        if (distribution.size() != classes || !(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
            throw new Refused(
                    DeadLetterReason.INVALID_VALUE,
                    "the label's distribution has "
                            + distribution.size()
                            + " entries with the sum "
                            + sum
                            + "; expected "
                            + classes
                            + " entries of at least 0 with the sum 1");
        }
        return LabelClass.drawn(distribution, SampleKey.of(sampleId).uniform(seed));
    }

    /**
     * Carries a refusal to the one place that turns it into a value; without a stack trace, because
     * it is an expected outcome.
     */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final DeadLetterReason reason;

        Refused(DeadLetterReason reason, String message) {
            super(message, null, false, false);
            this.reason = reason;
        }
    }
}
