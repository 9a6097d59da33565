package io.decant.trainer.quality;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What the student is like, over the window. Shares are in [0, 1]; empty where nothing counts.
 * <i>Immutable.</i>
 *
 * @param answered predictions in the window
 * @param nats mean negative log-likelihood of labels that came with their sample
 * @param calibrationError expected calibration error over 15 bins
 * @param divergence mean KL(teacher ‖ student) at temperature 1, in nats
 * @param recalls for each class that a label named, ascending
 * @param slices for each value of each attribute, by name
 */
public record Quality(
        long answered,
        OptionalDouble nats,
        OptionalDouble calibrationError,
        OptionalDouble divergence,
        List<Recall> recalls,
        List<Slice> slices) {
    /** With labels of more classes metrics name none: they would drown the others. */
    public static final int MOST_NAMED = 64;

    public Quality {
        recalls = List.copyOf(recalls);
        slices = List.copyOf(slices);
    }

    /**
     * Share of a class's samples that were recognised.
     *
     * @param label the class
     * @param samples with that label
     * @param student of the student
     * @param shadow of the shadow; empty without one
     * @param teacher of the teacher; empty without one
     */
    public record Recall(
            int label,
            long samples,
            OptionalDouble student,
            OptionalDouble shadow,
            OptionalDouble teacher) {}

    /**
     * Accuracy over the samples with one value of an attribute.
     *
     * @param name {@code attribute=value}
     */
    public record Slice(
            String name,
            long samples,
            OptionalDouble student,
            OptionalDouble shadow,
            OptionalDouble teacher) {}

    /** Name to value, as they stand in metrics and lineage; what is empty is left out. */
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new TreeMap<>();
        metrics.put("quality_answered", (double) answered);
        nats.ifPresent(value -> metrics.put("nll_nats_student", value));
        calibrationError.ifPresent(value -> metrics.put("ece_student", value));
        divergence.ifPresent(value -> metrics.put("kl_nats_teacher_student", value));
        if (recalls.size() <= MOST_NAMED) {
            recalls.forEach(recall -> put(metrics, recall));
        }
        slices.forEach(slice -> put(metrics, slice));
        return metrics;
    }

    private static void put(Map<String, Double> metrics, Recall recall) {
        metrics.put("recall_samples." + recall.label, (double) recall.samples);
        recall.student.ifPresent(v -> metrics.put("recall_student." + recall.label, v));
        recall.shadow.ifPresent(v -> metrics.put("recall_shadow." + recall.label, v));
        recall.teacher.ifPresent(v -> metrics.put("recall_teacher." + recall.label, v));
    }

    private static void put(Map<String, Double> metrics, Slice slice) {
        metrics.put("slice_samples." + slice.name, (double) slice.samples);
        slice.student.ifPresent(v -> metrics.put("slice_accuracy_student." + slice.name, v));
        slice.shadow.ifPresent(v -> metrics.put("slice_accuracy_shadow." + slice.name, v));
        slice.teacher.ifPresent(v -> metrics.put("slice_accuracy_teacher." + slice.name, v));
    }
}
