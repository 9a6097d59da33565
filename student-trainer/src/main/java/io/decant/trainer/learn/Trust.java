package io.decant.trainer.learn;

import java.util.Locale;
import java.util.Optional;

/**
 * How much the teacher is believed. With A_T and A_S the fading accuracies of teacher and shadow on
 * the labels that arrived, both 1/2 at first, and s = σ((A_T − A_S)/width):
 *
 * <pre>
 *   where there is a label:   α_t = α s, and the label has the rest
 *   where there is none yet:  the teacher has min(1, 2 s)
 * </pre>
 *
 * Without labels nothing speaks against the teacher and all of it counts; a teacher that is worse
 * than what labels alone can do loses its say on both. The shadow is what the teacher is measured
 * by, because it never saw the teacher. <i>Owned by the learner.</i>
 */
final class Trust {
    private final TrustSettings settings;
    private final double greatest;
    private double teacher = 0.5;
    private double shadow = 0.5;
    private boolean alarmed;

    /**
     * @param alpha the teacher's greatest weight where there is a label, in [0, 1]
     */
    Trust(TrustSettings settings, double alpha) {
        this.settings = settings;
        greatest = alpha;
    }

    /**
     * A label arrived for a sample that teacher and shadow had predicted.
     *
     * @return what an operator should hear
     */
    Optional<Notice.What> scored(boolean teacherRight, boolean shadowRight) {
        if (!settings.enabled()) {
            return Optional.empty();
        }
        teacher = follow(teacher, teacherRight);
        shadow = follow(shadow, shadowRight);
        double now = alpha();
        if (!alarmed && now < bound()) {
            alarmed = true;
            return Optional.of(notice(Notice.TRUST_ALARM, "fell below", now));
        }
        // Only then is the teacher as right as the shadow: a value near the bound is one alarm.
        if (alarmed && now >= greatest / 2) {
            alarmed = false;
            return Optional.of(notice(Notice.TRUST_RESTORED, "is back from below", now));
        }
        return Optional.empty();
    }

    /** A small alpha is no alarm by itself: it begins at half of the greatest. */
    private double bound() {
        return Math.min(settings.alarm(), greatest / 4);
    }

    private Notice.What notice(String kind, String how, double now) {
        return new Notice.What(
                kind,
                "alpha",
                now,
                String.format(
                        Locale.ROOT,
                        "alpha %s %.3g: the teacher is right on %.1f %% of the latest labels, the shadow on %.1f %%",
                        how,
                        bound(),
                        100 * teacher,
                        100 * shadow));
    }

    private double follow(double accuracy, boolean right) {
        return settings.fading() * accuracy + (1 - settings.fading()) * (right ? 1 : 0);
    }

    private double sigmoid() {
        return 1 / (1 + StrictMath.exp(-(teacher - shadow) / settings.width()));
    }

    /** Weight of the teacher where there is a label, in [0, 1]. */
    double alpha() {
        return settings.enabled() ? greatest * sigmoid() : greatest;
    }

    /** Weight of the teacher where there is no label yet, in [0, 1]. */
    double unlabelled() {
        return settings.enabled() ? Math.min(1, 2 * sigmoid()) : 1;
    }

    /** Weight of the teacher in what is rehearsed, in [0, 1]. */
    double rehearsed() {
        return greatest * unlabelled();
    }

    void save(StateWriter state) {
        state.longs(
                "trust",
                Double.doubleToRawLongBits(teacher),
                Double.doubleToRawLongBits(shadow),
                alarmed ? 1 : 0);
    }

    void restore(LearnerState state) {
        long[] saved = state.longs("trust");
        teacher = Double.longBitsToDouble(saved[0]);
        shadow = Double.longBitsToDouble(saved[1]);
        alarmed = saved[2] == 1;
    }
}
