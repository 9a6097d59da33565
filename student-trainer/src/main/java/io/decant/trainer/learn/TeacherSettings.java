package io.decant.trainer.learn;

import io.decant.pipeline.config.Setting;
import java.util.Map;

/** How the answers of several teachers are weighed. <i>Immutable.</i> */
public record TeacherSettings(
        @Setting(
                        doc =
                                "How much each of several teachers counts: equal; fixed (teachers.weights); or accuracy, the more the better it has met the labels.",
                        otherwise = "accuracy")
                Weighting weighting,
        @Setting(
                        doc =
                                "Weight of each teacher by its id, for fixed weighting; the weights of those that answered count in proportion. Answers of weight 0 are dropped: a pair with no other teaches by its label alone, or nothing without one. Pairs of a teacher that is not named are refused.",
                        min = 0,
                        max = 1e6)
                Map<String, Double> weights,
        @Setting(
                        doc =
                                "Difference of accuracies by which one teacher counts e times as much as another.",
                        otherwise = "0.02",
                        min = 1e-6,
                        max = 10)
                double width,
        @Setting(
                        doc = "What a teacher's accuracy keeps from one label to the next.",
                        otherwise = "0.998",
                        min = 0.5,
                        max = 0.999999)
                double fading) {

    /** Teachers that are told apart, and answers that one pair may hold. */
    public static final int MOST = 16;

    /** By what several teachers are weighed. */
    public enum Weighting {
        EQUAL,
        FIXED,
        ACCURACY
    }

    /** All count the same. */
    public static final TeacherSettings EQUAL =
            new TeacherSettings(Weighting.EQUAL, Map.of(), 0.02, 0.998);

    public TeacherSettings {
        weights = Map.copyOf(weights);
        if ((weighting == Weighting.FIXED) == weights.isEmpty()) {
            throw new IllegalArgumentException(
                    "weights must name each teacher when weighting is fixed, and none otherwise; was "
                            + weights.keySet()
                            + " with "
                            + weighting);
        }
        if (weights.size() > MOST) {
            throw new IllegalArgumentException(
                    "weights must name at most " + MOST + " teachers, was " + weights.size());
        }
    }

    /** Whether pairs may hold the answers of this teacher. */
    public boolean knows(String teacherId) {
        return weighting != Weighting.FIXED || weights.containsKey(teacherId);
    }

    /** Whether the answers of a known teacher teach anything. */
    public boolean hears(String teacherId) {
        return weighting != Weighting.FIXED || weights.getOrDefault(teacherId, 0.0) > 0;
    }
}
