package io.decant.trainer.join;

import io.decant.pipeline.record.Tensors;
import io.decant.records.DeadLetterReason;
import io.decant.records.Label;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.Prefix8;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.topics.Topic;
import io.decant.trainer.join.JoinOutcome.Duplicate.Repeated;
import io.decant.trainer.join.JoinOutcome.Expired.Reason;
import io.decant.trainer.join.KeptRecords.Lookup;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what becomes of soft targets and labels. Pure: state and event in, state and outcomes
 * out. Learning never waits for a label: a pair leaves when its soft target is there, and a late
 * label follows as a correction. A sample enters the journal once in each window, whatever is
 * repeated and in whatever order its records arrive. <i>Immutable.</i>
 */
final class SampleJoiner {
    /** A pair that waits for its label leaves when this many teachers have answered. */
    static final int MAX_TEACHERS = 16;

    private final long windowMillis;
    private final boolean waitsForLabel;
    private final KeptRecords records;

    /**
     * What follows from one event.
     *
     * @param after the id's new state; the same object as before when nothing changed
     * @param outcomes what to do and to count, in order
     */
    record Step(JoinState after, List<JoinOutcome> outcomes) {}

    /**
     * @param window how long an id is remembered, in stream time: for late labels and against
     *     repetitions
     * @param waitsForLabel whether a pair without a label is kept until {@link #onWaitOver}
     * @param records where features and kept records are found
     */
    SampleJoiner(Duration window, boolean waitsForLabel, KeptRecords records) {
        this.windowMillis = window.toMillis();
        this.waitsForLabel = waitsForLabel;
        this.records = records;
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
        if (target.value().getOutcome() == Outcome.SKIPPED) {
            outcomes.add(new JoinOutcome.Skipped());
            return new Step(state, outcomes);
        }
        int teacher = JoinState.teacher(target.value());
        if (state instanceof JoinState.Joined joined) {
            outcomes.add(
                    new JoinOutcome.Duplicate(
                            joined.teachers().contains(teacher)
                                    ? Repeated.SOFT_TARGET
                                    : Repeated.LATE_TEACHER));
            return new Step(state, outcomes);
        }
        JoinState.Waiting waiting =
                state instanceof JoinState.Waiting already
                        ? already
                        : new JoinState.Waiting(now, List.of(), Optional.empty());
        List<Arrived<SoftTarget>> targets = softTargets(waiting);
        if (targets.stream().anyMatch(t -> JoinState.teacher(t.value()) == teacher)) {
            outcomes.add(new JoinOutcome.Duplicate(Repeated.SOFT_TARGET));
            return new Step(state, outcomes);
        }
        targets.add(target);
        if (waitsForLabel && waiting.label().isEmpty() && targets.size() < MAX_TEACHERS) {
            outcomes.add(new JoinOutcome.Kept(Topic.SOFT_TARGETS));
            return new Step(waiting.with(target.raw()), outcomes);
        }
        return new Step(emit(targets, label(waiting), waiting, now, outcomes), outcomes);
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
        JoinState after;
        if (state instanceof JoinState.Joined joined) {
            after =
                    joined.label().isPresent()
                            ? second(joined, joined.label().get(), label, outcomes)
                            : correct(joined, label, outcomes);
        } else if (state instanceof JoinState.Waiting waiting) {
            after =
                    waiting.label().isPresent()
                            ? second(
                                    waiting,
                                    LabelMark.of(records.label(waiting.label().get())),
                                    label,
                                    outcomes)
                            : emit(
                                    softTargets(waiting),
                                    Optional.of(label),
                                    waiting,
                                    now,
                                    outcomes);
        } else {
            outcomes.add(new JoinOutcome.Kept(Topic.LABELS));
            after = JoinState.Waiting.forLabel(now, label.raw());
        }
        return new Step(after, outcomes);
    }

    /**
     * A pair has waited long enough for its label.
     *
     * @param before state of the id that waits
     * @param now stream time in milliseconds
     */
    Step onWaitOver(JoinState before, long now) {
        List<JoinOutcome> outcomes = new ArrayList<>(1);
        JoinState after = before;
        if (before instanceof JoinState.Waiting waiting && !waiting.softTargets().isEmpty()) {
            after = emit(softTargets(waiting), label(waiting), waiting, now, outcomes);
        }
        return new Step(after, outcomes);
    }

    /**
     * A stored state is looked at, to forget it when its window is over.
     *
     * @param now stream time in milliseconds
     */
    Step onSweep(JoinState before, long now) {
        List<JoinOutcome> outcomes = new ArrayList<>(0);
        return new Step(alive(before, now, outcomes), outcomes);
    }

    /** The state, or absent when its window is over: swept already or not, it is the same. */
    private JoinState alive(JoinState state, long now, List<JoinOutcome> outcomes) {
        if (state instanceof JoinState.Joined joined && over(joined.sinceMillis(), now)) {
            if (joined.label().isEmpty()) {
                outcomes.add(new JoinOutcome.Expired(Reason.SAMPLE_NEVER_LABELLED));
            }
            return JoinState.ABSENT;
        }
        if (state instanceof JoinState.Waiting waiting && over(waiting.sinceMillis(), now)) {
            waiting.softTargets()
                    .forEach(
                            t ->
                                    outcomes.add(
                                            new JoinOutcome.Expired(Reason.SOFT_TARGET_UNMATCHED)));
            waiting.label()
                    .ifPresent(l -> outcomes.add(new JoinOutcome.Expired(Reason.LABEL_UNMATCHED)));
            return JoinState.ABSENT;
        }
        return state;
    }

    private boolean over(long sinceMillis, long now) {
        return now - sinceMillis > windowMillis;
    }

    private static JoinState second(
            JoinState state, LabelMark first, Arrived<Label> label, List<JoinOutcome> outcomes) {
        outcomes.add(
                first.equals(LabelMark.of(label.value()))
                        ? new JoinOutcome.Duplicate(Repeated.LABEL)
                        : new JoinOutcome.LabelConflict());
        return state;
    }

    /** The label of a pair that has left: it follows with the features. */
    private JoinState correct(
            JoinState.Joined joined, Arrived<Label> label, List<JoinOutcome> outcomes) {
        Optional<RecordRules.Problem> problem =
                RecordRules.classes(label.value(), joined.classCount());
        if (problem.isPresent()) {
            outcomes.add(refused(Topic.LABELS, label.raw(), problem.get()));
            return joined;
        }
        JoinState labelled = joined.labelled(LabelMark.of(label.value()));
        Checked checked = check(joined.sample(), label.value().getSampleId(), joined.featureHash());
        if (checked instanceof Checked.Good good) {
            outcomes.add(
                    new JoinOutcome.EmitPair(
                            PairKind.LABEL_CORRECTION,
                            good.sample(),
                            joined.sample(),
                            List.of(),
                            Optional.of(label)));
            return labelled;
        }
        if (checked instanceof Checked.Bad bad) {
            outcomes.add(refused(Topic.LABELS, label.raw(), bad.problem()));
            return joined;
        }
        outcomes.add(new JoinOutcome.Expired(Reason.LABEL_EXPIRED));
        return labelled;
    }

    /**
     * Lets a pair leave with every soft target whose features can be vouched for.
     *
     * @return joined; or without its soft targets when none of them could be used
     */
    private JoinState emit(
            List<Arrived<SoftTarget>> targets,
            Optional<Arrived<Label>> label,
            JoinState.Waiting waiting,
            long now,
            List<JoinOutcome> outcomes) {
        List<Arrived<SoftTarget>> good = new ArrayList<>(targets.size());
        Sample sample = null;
        for (Arrived<SoftTarget> target : targets) {
            SoftTarget value = target.value();
            Checked checked =
                    check(Position.of(value), value.getSampleId(), hash(value.getFeatureHash()));
            if (checked instanceof Checked.Bad bad) {
                outcomes.add(refused(Topic.SOFT_TARGETS, target.raw(), bad.problem()));
            } else if (checked instanceof Checked.Good found) {
                sample = sample == null ? found.sample() : sample;
                good.add(target);
            } else {
                outcomes.add(new JoinOutcome.Expired(Reason.SAMPLE_EXPIRED));
            }
        }
        if (good.isEmpty()) {
            return label.<JoinState>map(
                            l -> JoinState.Waiting.forLabel(waiting.sinceMillis(), l.raw()))
                    .orElse(JoinState.ABSENT);
        }
        SoftTarget first = good.get(0).value();
        Optional<RecordRules.Problem> problem =
                label.flatMap(l -> RecordRules.classes(l.value(), first.getClassCount()));
        problem.ifPresent(p -> outcomes.add(refused(Topic.LABELS, label.get().raw(), p)));
        Optional<Arrived<Label>> used = problem.isPresent() ? Optional.empty() : label;
        outcomes.add(
                new JoinOutcome.EmitPair(
                        used.isPresent() ? PairKind.LABELLED : PairKind.SOFT_ONLY,
                        sample,
                        Position.of(first),
                        good,
                        used));
        return new JoinState.Joined(
                now,
                Position.of(first),
                hash(first.getFeatureHash()),
                first.getClassCount(),
                good.stream().map(t -> JoinState.teacher(t.value())).toList(),
                used.map(l -> LabelMark.of(l.value())));
    }

    /** Whether the sample at a position is the one that was scored. */
    private sealed interface Checked {
        record Good(Sample sample) implements Checked {}

        record Bad(RecordRules.Problem problem) implements Checked {}

        record Gone() implements Checked {}
    }

    private Checked check(Position at, String sampleId, long featureHash) {
        Lookup lookup = records.sample(at);
        if (lookup instanceof Lookup.Found found) {
            Sample sample = found.sample();
            if (!sample.getSampleId().equals(sampleId)) {
                return bad(
                        DeadLetterReason.INVALID_VALUE,
                        "the sample at " + shown(at) + " has another id; expected " + sampleId);
            }
            if (hash(Tensors.hash(Tensors.bytes(sample.getFeatures()))) != featureHash) {
                return bad(
                        DeadLetterReason.HASH_MISMATCH,
                        "the features at "
                                + shown(at)
                                + " are not those that the teacher scored; expected equal SHA-256");
            }
            return new Checked.Good(sample);
        }
        return lookup instanceof Lookup.Unusable unusable
                ? bad(DeadLetterReason.INVALID_VALUE, unusable.detail())
                : new Checked.Gone();
    }

    private static Checked bad(DeadLetterReason reason, String detail) {
        return new Checked.Bad(new RecordRules.Problem(reason, detail));
    }

    private static JoinOutcome refused(Topic topic, RawRecord record, RecordRules.Problem problem) {
        return new JoinOutcome.Refused(topic, record, problem.reason(), problem.detail());
    }

    private static String shown(Position at) {
        return "samples " + at.partition() + "@" + at.offset();
    }

    private static long hash(Prefix8 prefix) {
        return ByteBuffer.wrap(prefix.bytes()).getLong();
    }

    private List<Arrived<SoftTarget>> softTargets(JoinState.Waiting waiting) {
        List<Arrived<SoftTarget>> targets = new ArrayList<>(waiting.softTargets().size() + 1);
        for (RawRecord kept : waiting.softTargets()) {
            targets.add(new Arrived<>(records.softTarget(kept), kept));
        }
        return targets;
    }

    private Optional<Arrived<Label>> label(JoinState.Waiting waiting) {
        return waiting.label().map(kept -> new Arrived<>(records.label(kept), kept));
    }
}
