package io.decant.trainer;

import io.decant.trainer.learn.Accuracy;
import java.util.Optional;

/**
 * Notices a teacher that is no better than guessing, which almost always means that it was fed
 * wrongly scaled inputs. <i>Thread-safe: all methods are pure.</i>
 */
final class TeacherDoubt {
    /** Labelled samples that are enough to tell. */
    static final long ENOUGH = 512;

    /** Distance from chance that is credited to the teacher, in standard deviations of guessing. */
    private static final double DEVIATIONS = 4;

    private TeacherDoubt() {}

    /** What to warn of, once enough samples were scored. */
    static Optional<String> about(Accuracy teacher, int classes) {
        if (teacher.scored() < ENOUGH) {
            return Optional.empty();
        }
        double chance = 1.0 / classes;
        double deviation = Math.sqrt(chance * (1 - chance) / teacher.scored());
        double accuracy = teacher.cumulative().orElse(0);
        return accuracy > chance + DEVIATIONS * deviation
                ? Optional.empty()
                : Optional.of(
                        String.format(
                                java.util.Locale.ROOT,
                                "the teacher is right on %.1f %% of %d labelled samples, and guessing is right on %.1f %%;"
                                        + " check the teacher's input setting (dtype, shape, scale, mean, sd) and the labels",
                                100 * accuracy,
                                teacher.scored(),
                                100 * chance));
    }
}
