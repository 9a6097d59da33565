package io.decant.trainer.join;

import io.decant.records.Label;
import io.decant.records.PairKind;
import io.decant.records.SoftTarget;
import io.decant.topics.Topic;
import io.decant.trainer.join.JoinOutcome.Duplicate.Repeated;
import io.decant.trainer.join.JoinOutcome.Expired.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what becomes of soft targets and labels. Pure: state and event in, state and outcomes
 * out. Learning never waits for a label: a pair leaves when its soft targets are there, and a late
 * label follows as a correction. A sample that every teacher has skipped is taught by its label
 * alone, whenever it comes. A sample enters the journal once in each window, whatever is repeated
 * and in whatever order its records arrive. <i>Immutable.</i>
 */
final class SampleJoiner {
    private final long windowMillis;
    private final Expected expected;
    private final KeptRecords records;
    private final PairMaker pairs;

    /**
     * What follows from one event.
     *
     * @param after the id's new state; the same object as before when nothing changed
     * @param outcomes what to do and to count, in order
     */
    record Step(JoinState after, List<JoinOutcome> outcomes) {}

    /**
     * Decides by these rules.
     *
     * @param window how long an id is remembered, in stream time: for late labels and against
     *     repetitions
     * @param expected what a pair is kept back for, until {@link #onWaitOver}
     * @param records where features and kept records are found
     */
    SampleJoiner(Duration window, Expected expected, KeptRecords records) {
        this.windowMillis = window.toMillis();
        this.expected = expected;
        this.records = records;
        pairs = new PairMaker(expected, records);
    }

    /**
     * A soft target has arrived and fulfils {@link RecordRules}.
     *
     * @param before state of the soft target's sample id
     * @param now stream time in milliseconds
     */
    Step onSoftTarget(JoinState before, Arrived<SoftTarget> target, long now) {
        List<JoinOutcome> outcomes = new ArrayList<>(2);
        JoinState state = alive(before, now, outcomes);
        boolean scored = Expected.isScored(target);
        if (state instanceof JoinState.Joined joined && scored) {
            boolean known = joined.teachers().contains(JoinState.teacher(target.value()));
            outcomes.add(
                    new JoinOutcome.Duplicate(
                            known ? Repeated.SOFT_TARGET : Repeated.LATE_TEACHER));
            return new Step(state, outcomes);
        }
        JoinState.Waiting waiting = waiting(state, now);
        List<Arrived<SoftTarget>> answers = softTargets(waiting);
        if (Expected.holds(answers, target.value().getTeacherId())) {
            outcomes.add(new JoinOutcome.Duplicate(Repeated.SOFT_TARGET));
            return new Step(state, outcomes);
        }
        if (!scored) {
            outcomes.add(new JoinOutcome.Skipped());
            if (!(state instanceof JoinState.Absent || state instanceof JoinState.Waiting)) {
                return new Step(state, outcomes);
            }
        }
        answers.add(target);
        JoinState.Waiting more = waiting.with(target.raw());
        if (!expected.lacks(more, answers)) {
            JoinState after = pairs.leave(more, answers, now, outcomes);
            // An answer that cannot be used takes nothing from the label that may still come.
            boolean unusable = after.equals(JoinState.ABSENT);
            return new Step(
                    unusable && state instanceof JoinState.Skipped ? state : after, outcomes);
        }
        if (scored) {
            outcomes.add(new JoinOutcome.Kept(Topic.SOFT_TARGETS));
        }
        return new Step(more, outcomes);
    }

    /** What an answer is added to; nothing is waited for any more when all had skipped. */
    private static JoinState.Waiting waiting(JoinState state, long now) {
        if (state instanceof JoinState.Waiting waiting) {
            return waiting;
        }
        JoinState.Waiting begun = JoinState.Waiting.since(now);
        return state instanceof JoinState.Skipped
                ? begun.over(JoinState.Wait.LABEL).over(JoinState.Wait.TEACHERS)
                : begun;
    }

    /**
     * A label has arrived and fulfils {@link RecordRules}.
     *
     * @param before state of the label's sample id
     * @param now stream time in milliseconds
     */
    Step onLabel(JoinState before, Arrived<Label> label, long now) {
        List<JoinOutcome> outcomes = new ArrayList<>(2);
        JoinState state = alive(before, now, outcomes);
        Optional<LabelMark> first = labelOf(state);
        if (first.isPresent()) {
            outcomes.add(
                    first.get().equals(LabelMark.of(label.value()))
                            ? new JoinOutcome.Duplicate(Repeated.LABEL)
                            : new JoinOutcome.LabelConflict());
            return new Step(state, outcomes);
        }
        if (state instanceof JoinState.Joined joined) {
            return new Step(correct(joined, label, outcomes), outcomes);
        }
        if (state instanceof JoinState.Skipped skipped) {
            boolean used =
                    pairs.teach(
                            PairKind.LABEL_ONLY,
                            label,
                            skipped.sample(),
                            skipped.featureHash(),
                            outcomes);
            JoinState after = used ? skipped.learned(now, LabelMark.of(label.value())) : skipped;
            return new Step(after, outcomes);
        }
        JoinState.Waiting more = waiting(state, now).labelled(label.raw());
        List<Arrived<SoftTarget>> answers = softTargets(more);
        if (answers.isEmpty() || expected.lacks(more, answers)) {
            outcomes.add(new JoinOutcome.Kept(Topic.LABELS));
            return new Step(more, outcomes);
        }
        return new Step(pairs.leave(more, answers, now, outcomes), outcomes);
    }

    private Optional<LabelMark> labelOf(JoinState state) {
        if (state instanceof JoinState.Joined joined) {
            return joined.label();
        }
        return state instanceof JoinState.Waiting waiting
                ? waiting.label().map(kept -> LabelMark.of(records.label(kept)))
                : Optional.empty();
    }

    /**
     * A pair has waited long enough.
     *
     * @param before state of the id that waits
     * @param ended what is no longer waited for
     * @param now stream time in milliseconds
     */
    Step onWaitOver(JoinState before, JoinState.Wait ended, long now) {
        List<JoinOutcome> outcomes = new ArrayList<>(1);
        if (!(before instanceof JoinState.Waiting waiting && waiting.isKeptBack())) {
            return new Step(before, outcomes);
        }
        JoinState.Waiting over = waiting.over(ended);
        List<Arrived<SoftTarget>> answers = softTargets(over);
        return new Step(
                expected.lacks(over, answers) ? over : pairs.leave(over, answers, now, outcomes),
                outcomes);
    }

    /**
     * A stored state is looked at, to forget it when its window is over. A pair that is still kept
     * back then leaves: it was waited for by another clock, or by a configuration that is gone.
     *
     * @param now stream time in milliseconds
     */
    Step onSweep(JoinState before, long now) {
        List<JoinOutcome> outcomes = new ArrayList<>(0);
        if (before instanceof JoinState.Waiting waiting
                && waiting.isKeptBack()
                && over(waiting.sinceMillis(), now)) {
            return new Step(pairs.leave(waiting, softTargets(waiting), now, outcomes), outcomes);
        }
        return new Step(alive(before, now, outcomes), outcomes);
    }

    /**
     * The state, or absent when its window is over: swept already or not, it is the same. What is
     * kept back stays until it leaves.
     */
    private JoinState alive(JoinState state, long now, List<JoinOutcome> outcomes) {
        if (!over(state.sinceMillis(), now)
                || (state instanceof JoinState.Waiting waiting && waiting.isKeptBack())) {
            return state;
        }
        if (state instanceof JoinState.Waiting) {
            outcomes.add(new JoinOutcome.Expired(Reason.LABEL_UNMATCHED));
        } else if (state instanceof JoinState.Skipped) {
            outcomes.add(new JoinOutcome.Expired(Reason.SKIPPED_NEVER_LABELLED));
        } else if (state instanceof JoinState.Joined joined && joined.label().isEmpty()) {
            outcomes.add(new JoinOutcome.Expired(Reason.SAMPLE_NEVER_LABELLED));
        }
        return JoinState.ABSENT;
    }

    private boolean over(long sinceMillis, long now) {
        return now - sinceMillis > windowMillis;
    }

    /** The label of a pair that has left: it follows with the features. */
    private JoinState correct(
            JoinState.Joined joined, Arrived<Label> label, List<JoinOutcome> outcomes) {
        Optional<RecordRules.Problem> problem =
                RecordRules.classes(label.value(), joined.classCount());
        if (problem.isPresent()) {
            outcomes.add(JoinOutcome.Refused.of(Topic.LABELS, label.raw(), problem.get()));
            return joined;
        }
        boolean used =
                pairs.teach(
                        PairKind.LABEL_CORRECTION,
                        label,
                        joined.sample(),
                        joined.featureHash(),
                        outcomes);
        return used ? joined.labelled(LabelMark.of(label.value())) : joined;
    }

    private List<Arrived<SoftTarget>> softTargets(JoinState.Waiting waiting) {
        List<Arrived<SoftTarget>> targets = new ArrayList<>(waiting.softTargets().size() + 1);
        for (RawRecord kept : waiting.softTargets()) {
            targets.add(new Arrived<>(records.softTarget(kept), kept));
        }
        return targets;
    }
}
