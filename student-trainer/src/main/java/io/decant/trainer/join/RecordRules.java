package io.decant.trainer.join;

import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.pipeline.source.Placement;
import io.decant.records.DeadLetterReason;
import io.decant.records.Encoding;
import io.decant.records.Label;
import io.decant.records.Outcome;
import io.decant.records.SoftTarget;
import java.util.List;
import java.util.Optional;

/**
 * What a soft target and a label must hold before the join looks at them. Every answer is empty for
 * a good record. <i>Immutable.</i>
 */
public final class RecordRules {
    /** How far the sum of a label's probabilities may be from 1; binary32 sums of many classes. */
    private static final double SUM_TOLERANCE = 1e-3;

    private final Placement placement;

    /**
     * Why a record is refused.
     *
     * @param detail one sentence: what was wrong, what was expected
     */
    public record Problem(DeadLetterReason reason, String detail) {}

    /** Rules for records that stand as the placement says. */
    public RecordRules(Placement placement) {
        this.placement = placement;
    }

    /**
     * Checks a soft target.
     *
     * @param key the record's key; null if it had none
     * @param partition where it was read
     */
    public Optional<Problem> softTarget(byte[] key, int partition, SoftTarget target) {
        Optional<Decoded.Bad<SoftTarget>> misplaced =
                placement.keyed(key, partition, target.getSampleId());
        if (misplaced.isPresent()) {
            return problem(misplaced.get().reason(), misplaced.get().detail());
        }
        if (target.getSamplePartition() != partition || target.getSampleOffset() < 0) {
            return problem(
                    DeadLetterReason.WRONG_PARTITION,
                    "the soft target is in partition "
                            + partition
                            + " and names sample "
                            + target.getSamplePartition()
                            + "@"
                            + target.getSampleOffset()
                            + "; expected the partition of its sample");
        }
        if (target.getOutcome() == Outcome.UNKNOWN) {
            return problem(
                    DeadLetterReason.UNKNOWN_SYMBOL,
                    "the soft target's outcome is not known to this version; expected SCORED or SKIPPED");
        }
        return target.getOutcome() == Outcome.SKIPPED ? Optional.empty() : answer(target);
    }

    private static Optional<Problem> answer(SoftTarget target) {
        if (target.getEncoding() == Encoding.UNKNOWN) {
            return problem(
                    DeadLetterReason.UNKNOWN_SYMBOL,
                    "the soft target's encoding is not known to this version; update the joiner");
        }
        float temperature = target.getTemperature();
        if (!(temperature > 0) || !Float.isFinite(temperature)) {
            return problem(
                    DeadLetterReason.INVALID_VALUE,
                    "the soft target's temperature is "
                            + temperature
                            + "; expected a finite number above 0");
        }
        int classes = target.getClassCount();
        int bytes = target.getPayload().remaining();
        int most = SoftTargetPayload.mostClasses(target.getEncoding(), bytes);
        if (classes < 2 || classes > most) {
            return problem(
                    DeadLetterReason.INVALID_VALUE,
                    "the soft target has "
                            + classes
                            + " classes in "
                            + bytes
                            + " bytes as "
                            + target.getEncoding()
                            + "; expected 2 to "
                            + most);
        }
        float[] softened = new float[classes];
        try {
            SoftTargetPayload.decode(target.getPayload(), target.getEncoding(), softened);
        } catch (IllegalArgumentException broken) {
            return problem(
                    finite(softened) ? DeadLetterReason.INVALID_VALUE : DeadLetterReason.NOT_FINITE,
                    broken.getMessage());
        }
        return Optional.empty();
    }

    private static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** Checks what a label says as far as it can be checked alone. */
    public static Optional<Problem> label(Label label) {
        if ((label.getClassIndex() == null) == (label.getDistribution() == null)) {
            return problem(
                    DeadLetterReason.INVALID_VALUE,
                    "the label holds "
                            + (label.getClassIndex() == null ? "neither" : "both")
                            + " a class and a distribution; expected exactly one");
        }
        if (label.getClassIndex() != null) {
            return label.getClassIndex() >= 0
                    ? Optional.empty()
                    : problem(
                            DeadLetterReason.CLASS_OUT_OF_RANGE,
                            "the label's class is "
                                    + label.getClassIndex()
                                    + "; expected 0 or more");
        }
        return distribution(label.getDistribution());
    }

    private static Optional<Problem> distribution(List<Float> probabilities) {
        double sum = 0;
        for (float probability : probabilities) {
            if (!Float.isFinite(probability)) {
                return problem(
                        DeadLetterReason.NOT_FINITE,
                        "the label's distribution holds NaN or an infinite number; expected probabilities");
            }
            if (probability < 0) {
                return problem(
                        DeadLetterReason.INVALID_VALUE,
                        "the label's distribution holds "
                                + probability
                                + "; expected probabilities of 0 or more");
            }
            sum += probability;
        }
        return Math.abs(sum - 1) <= SUM_TOLERANCE
                ? Optional.empty()
                : problem(
                        DeadLetterReason.INVALID_VALUE,
                        "the label's distribution sums to " + sum + "; expected 1");
    }

    /**
     * Checks a label against its teacher.
     *
     * @param classCount number of classes that the teacher knows
     */
    static Optional<Problem> classes(Label label, int classCount) {
        if (label.getClassIndex() != null) {
            return label.getClassIndex() < classCount
                    ? Optional.empty()
                    : problem(
                            DeadLetterReason.CLASS_OUT_OF_RANGE,
                            "the label's class is "
                                    + label.getClassIndex()
                                    + "; expected 0 to "
                                    + (classCount - 1)
                                    + ", the teacher has "
                                    + classCount
                                    + " classes");
        }
        return label.getDistribution().size() == classCount
                ? Optional.empty()
                : problem(
                        DeadLetterReason.CLASS_OUT_OF_RANGE,
                        "the label's distribution has "
                                + label.getDistribution().size()
                                + " classes; expected "
                                + classCount
                                + " as the teacher has");
    }

    private static Optional<Problem> problem(DeadLetterReason reason, String detail) {
        return Optional.of(new Problem(reason, detail));
    }
}
