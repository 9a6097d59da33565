package io.decant.trainer.join;

import io.decant.records.Outcome;
import io.decant.records.SoftTarget;
import io.decant.trainer.join.JoinState.Wait;
import io.decant.trainer.learn.TeacherSettings;
import java.util.Comparator;
import java.util.List;

/**
 * What a pair is kept back for, and in which order its answers stand. <i>Immutable.</i>
 *
 * @param teachers ids of the teachers that should have answered; none when the first is enough
 * @param label whether the label is waited for
 */
record Expected(List<String> teachers, boolean label) {
    Expected {
        teachers = List.copyOf(teachers);
    }

    /**
     * Whether the pair must be kept back. A label is waited for only to share the pair with an
     * answer: of a sample that all have skipped, it can come at any time. A full pair leaves,
     * whoever has answered.
     *
     * @param answers the pair's soft targets, at least one
     */
    boolean lacks(JoinState.Waiting pair, List<Arrived<SoftTarget>> answers) {
        if (answers.size() >= TeacherSettings.MOST) {
            return false;
        }
        boolean lacksLabel =
                label
                        && pair.label().isEmpty()
                        && !pair.over().contains(Wait.LABEL)
                        && answers.stream().anyMatch(Expected::isScored);
        return lacksLabel || (!pair.over().contains(Wait.TEACHERS) && lacksTeacher(answers));
    }

    private boolean lacksTeacher(List<Arrived<SoftTarget>> answers) {
        return teachers.stream().anyMatch(teacher -> !holds(answers, teacher));
    }

    /** Whether a teacher's answer is among them. */
    static boolean holds(List<Arrived<SoftTarget>> answers, String teacher) {
        return answers.stream().anyMatch(answer -> answer.value().getTeacherId().equals(teacher));
    }

    static boolean isScored(Arrived<SoftTarget> answer) {
        return answer.value().getOutcome() == Outcome.SCORED;
    }

    /** As the teachers are named; those that are not, behind them by their ids. */
    Comparator<Arrived<SoftTarget>> order() {
        return Comparator.<Arrived<SoftTarget>>comparingInt(answer -> place(answer.value()))
                .thenComparing(answer -> answer.value().getTeacherId());
    }

    private int place(SoftTarget answer) {
        int named = teachers.indexOf(answer.getTeacherId());
        return named < 0 ? teachers.size() : named;
    }
}
