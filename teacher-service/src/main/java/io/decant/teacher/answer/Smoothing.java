package io.decant.teacher.answer;

import io.decant.model.teacher.TeacherCardFacts;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Notices a teacher that was trained on smoothed labels: smoothing leaves the classes next to the
 * right one little to tell apart, and a high temperature makes that little the lesson.
 * Chandrasegaran, Tran, Zhao and Cheung, "Revisiting Label Smoothing and Knowledge Distillation
 * Compatibility: What was Missing?", 2022. <i>Thread-safe: all methods are pure.</i>
 */
public final class Smoothing {
    /** Greatest temperature of a trainer that a smoothed teacher bears. */
    private static final int GREATEST = 2;

    private Smoothing() {}

    /**
     * What to warn of. The trainer softens by a setting of its own, which the teacher does not
     * know.
     *
     * @param facts what the teacher's file says about itself
     */
    public static Optional<String> doubt(Optional<TeacherCardFacts> facts) {
        OptionalDouble smoothing =
                facts.map(TeacherCardFacts::labelSmoothing).orElse(OptionalDouble.empty());
        if (smoothing.orElse(0) <= 0) {
            return Optional.empty();
        }
        return Optional.of(
                String.format(
                        Locale.ROOT,
                        "the teacher was trained with label smoothing %s, and students of such teachers lose at high temperatures; keep the trainer's temperature at or below %d",
                        smoothing.getAsDouble(),
                        GREATEST));
    }
}
