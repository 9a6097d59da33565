package io.decant.teacher.budget;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Which step of degradation a teacher is on, by the age of its oldest unanswered sample. A step is
 * left when the age is below half of what led to it, so that it does not flicker. Pure: ages and
 * times are passed in. <i>Owned by one thread.</i>
 */
public final class Ladder {
    private final LadderSettings settings;
    private Step step = Step.NORMAL;
    private double factor = 1;
    private Duration markedAge = Duration.ZERO;
    private Instant markedAt = Instant.MIN;

    /** What is done about a slow teacher, from nothing to the most. */
    public enum Step {
        NORMAL,
        ASK_LESS,
        LABELS_ONLY;

        /** Its name in events, such as {@code ask-less}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Another step was taken.
     *
     * @param age of the oldest unanswered sample
     */
    public record Change(Step from, Step to, Duration age) {}

    public Ladder(LadderSettings settings) {
        this.settings = settings;
    }

    /**
     * Looks at the age of the oldest unanswered sample.
     *
     * @param now of a clock that never goes back
     */
    public Optional<Change> observe(Duration age, Instant now) {
        if (!settings.enabled()) {
            return Optional.empty();
        }
        Step before = step;
        step = next(age);
        if (step == Step.NORMAL) {
            factor = 1;
        } else if (before == Step.NORMAL) {
            halve(age, now);
        } else if (step != before) {
            mark(age, now);
        } else if (step == Step.ASK_LESS) {
            beImpatient(age, now);
        }
        return step == before ? Optional.empty() : Optional.of(new Change(before, step, age));
    }

    private Step next(Duration age) {
        if (holds(Step.LABELS_ONLY, settings.labelsOnlyAfter(), age)) {
            return Step.LABELS_ONLY;
        }
        return holds(Step.ASK_LESS, settings.askLessAfter(), age) ? Step.ASK_LESS : Step.NORMAL;
    }

    /** Whether a step is to be taken, or was taken and is not over yet. */
    private boolean holds(Step candidate, Duration after, Duration age) {
        boolean taken = step.compareTo(candidate) >= 0;
        return !after.isZero() && age.compareTo(taken ? after.dividedBy(2) : after) >= 0;
    }

    private void beImpatient(Duration age, Instant now) {
        if (Duration.between(markedAt, now).compareTo(settings.patience()) < 0) {
            return;
        }
        if (age.compareTo(markedAge) >= 0) {
            halve(age, now);
        } else {
            mark(age, now);
        }
    }

    private void halve(Duration age, Instant now) {
        factor = Math.max(factor / 2, settings.minShare());
        mark(age, now);
    }

    private void mark(Duration age, Instant now) {
        markedAge = age;
        markedAt = now;
    }

    public Step step() {
        return step;
    }

    /**
     * What is left of a share on this step.
     *
     * @param share that is asked about normally, in (0, 1]
     * @param monitor part of the calls that are made at random
     */
    public double share(double share, double monitor) {
        return switch (step) {
            case NORMAL -> share;
            case ASK_LESS -> Math.min(share, Math.max(settings.minShare(), share * factor));
            case LABELS_ONLY -> share * monitor;
        };
    }
}
