package io.decant.teacher.answer;

import io.decant.model.teacher.TeacherCardFacts;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Notices a teacher that was trained on smoothed labels and is softened far: smoothing leaves the
 * classes next to the right one little to tell apart, and a high temperature makes that little the
 * lesson. Chandrasegaran, Tran, Zhao and Cheung, "Revisiting Label Smoothing and Knowledge
 * Distillation Compatibility: What was Missing?", 2022. <i>Thread-safe: all methods are pure.</i>
 */
public final class Smoothing {
    /** Greatest temperature that a smoothed teacher bears. */
    private static final double GREATEST = 2;

    private Smoothing() {}

    /**
     * What to warn of.
     *
     * @param facts what the teacher's file says about itself
     * @param temperature that its answers are softened at
     */
    public static Optional<String> doubt(Optional<TeacherCardFacts> facts, double temperature) {
        OptionalDouble smoothing =
                facts.map(TeacherCardFacts::labelSmoothing).orElse(OptionalDouble.empty());
        if (smoothing.orElse(0) == 0 || temperature <= GREATEST) {
            return Optional.empty();
        }
        return Optional.of(
                String.format(
                        Locale.ROOT,
                        "the teacher was trained with label smoothing %s, and students of such teachers lose at temperatures above %s, which is %s here; lower temperature, of teacher and trainer",
                        smoothing.getAsDouble(),
                        GREATEST,
                        temperature));
    }
}
