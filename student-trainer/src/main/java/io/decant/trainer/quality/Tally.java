package io.decant.trainer.quality;

import io.decant.model.number.CalibrationError;
import io.decant.trainer.quality.Quality.Recall;
import io.decant.trainer.quality.Quality.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Counts the predictions of a window. <i>Owned by one thread.</i> */
final class Tally {
    private final CalibrationError calibration = new CalibrationError();
    private final Mean nats = new Mean();
    private final Mean divergence = new Mean();
    private final Map<Integer, Hits> classes = new TreeMap<>();
    private final Map<String, Hits> slices = new TreeMap<>();
    private long answered;

    /** Of finite values; others are not known. */
    private static final class Mean {
        private double sum;
        private long count;

        void add(float value) {
            if (Float.isFinite(value)) {
                sum += value;
                count++;
            }
        }

        OptionalDouble mean() {
            return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count);
        }
    }

    /** Who was right how often. */
    private static final class Hits {
        private final Mean student = new Mean();
        private final Mean shadow = new Mean();
        private final Mean teacher = new Mean();
        private long samples;

        void add(Answered answered) {
            samples++;
            add(student, answered.student(), answered.label());
            add(shadow, answered.shadow(), answered.label());
            add(teacher, answered.teacher(), answered.label());
        }

        private static void add(Mean mean, int chosen, int label) {
            if (chosen >= 0) {
                mean.add(chosen == label ? 1 : 0);
            }
        }
    }

    void add(Answered one) {
        answered++;
        nats.add(one.closeness().nats());
        divergence.add(one.closeness().divergence());
        if (Float.isFinite(one.closeness().confidence())) {
            calibration.add(one.closeness().confidence(), one.right());
        }
        classes.computeIfAbsent(one.label(), label -> new Hits()).add(one);
    }

    void slice(String name, Answered one) {
        slices.computeIfAbsent(name, slice -> new Hits()).add(one);
    }

    Quality quality() {
        List<Recall> recalls = new ArrayList<>();
        classes.forEach(
                (label, hits) ->
                        recalls.add(
                                new Recall(
                                        label,
                                        hits.samples,
                                        hits.student.mean(),
                                        hits.shadow.mean(),
                                        hits.teacher.mean())));
        List<Slice> parts = new ArrayList<>();
        slices.forEach(
                (name, hits) ->
                        parts.add(
                                new Slice(
                                        name,
                                        hits.samples,
                                        hits.student.mean(),
                                        hits.shadow.mean(),
                                        hits.teacher.mean())));
        return new Quality(
                answered, nats.mean(), calibration.value(), divergence.mean(), recalls, parts);
    }
}
