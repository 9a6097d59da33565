package io.decant.trainer.join;

import io.decant.records.Label;
import io.decant.records.PairKind;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.topics.Topic;
import io.decant.trainer.join.JoinOutcome.Expired.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes pairs of what has arrived, with the features that were scored, and says what becomes of a
 * record that cannot be used. <i>Immutable.</i>
 */
final class PairMaker {
    private final Expected expected;
    private final KeptRecords records;

    /** A soft target whose features are those that its teacher saw. */
    private record Vouched(Arrived<SoftTarget> answer, Sample sample) {
        Position at() {
            return Position.of(answer.value());
        }

        long featureHash() {
            return SampleCheck.hash(answer.value().getFeatureHash());
        }
    }

    PairMaker(Expected expected, KeptRecords records) {
        this.expected = expected;
        this.records = records;
    }

    /**
     * Lets a label leave with its features alone.
     *
     * @return false if the label was refused; one whose sample is gone counts as used
     */
    boolean teach(
            PairKind kind,
            Arrived<Label> label,
            Position at,
            long featureHash,
            List<JoinOutcome> outcomes) {
        SampleCheck check = SampleCheck.of(at, label.value().getSampleId(), featureHash, records);
        if (check instanceof SampleCheck.Bad bad) {
            outcomes.add(JoinOutcome.Refused.of(Topic.LABELS, label.raw(), bad.problem()));
            return false;
        }
        outcomes.add(
                check instanceof SampleCheck.Good good
                        ? alone(kind, good.sample(), at, label)
                        : new JoinOutcome.Expired(Reason.LABEL_EXPIRED));
        return true;
    }

    /**
     * Lets a pair leave with every soft target whose features can be vouched for; without any, with
     * its label alone.
     *
     * @return joined; skipped when the label is still to come; or without its soft targets when
     *     none of them could be used
     */
    JoinState leave(
            JoinState.Waiting waiting,
            List<Arrived<SoftTarget>> answers,
            long now,
            List<JoinOutcome> outcomes) {
        // After a restart the stream's clock may not have begun.
        long since = Math.max(now, waiting.sinceMillis());
        Optional<Arrived<Label>> label =
                waiting.label().map(kept -> new Arrived<>(records.label(kept), kept));
        List<Vouched> scored =
                vouched(
                        answers.stream().filter(Expected::isScored).sorted(expected.order()),
                        outcomes);
        if (!scored.isEmpty()) {
            return pair(scored, label, since, outcomes);
        }
        List<Vouched> skipped =
                vouched(answers.stream().filter(answer -> !Expected.isScored(answer)), outcomes);
        if (skipped.isEmpty()) {
            return label.<JoinState>map(
                            l -> JoinState.Waiting.since(waiting.sinceMillis()).labelled(l.raw()))
                    .orElse(JoinState.ABSENT);
        }
        Vouched first = skipped.get(0);
        JoinState.Skipped state = new JoinState.Skipped(since, first.at(), first.featureHash());
        if (label.isEmpty()) {
            return state;
        }
        outcomes.add(alone(PairKind.LABEL_ONLY, first.sample(), first.at(), label.get()));
        return state.learned(since, LabelMark.of(label.get().value()));
    }

    private static JoinOutcome alone(
            PairKind kind, Sample sample, Position at, Arrived<Label> label) {
        return new JoinOutcome.EmitPair(kind, sample, at, List.of(), Optional.of(label));
    }

    private static JoinState pair(
            List<Vouched> scored,
            Optional<Arrived<Label>> label,
            long since,
            List<JoinOutcome> outcomes) {
        Vouched first = scored.get(0);
        int classes = first.answer().value().getClassCount();
        Optional<RecordRules.Problem> problem =
                label.flatMap(l -> RecordRules.classes(l.value(), classes));
        problem.ifPresent(
                p -> outcomes.add(JoinOutcome.Refused.of(Topic.LABELS, label.get().raw(), p)));
        Optional<Arrived<Label>> used = problem.isPresent() ? Optional.empty() : label;
        List<Arrived<SoftTarget>> answers = scored.stream().map(Vouched::answer).toList();
        outcomes.add(
                new JoinOutcome.EmitPair(
                        used.isPresent() ? PairKind.LABELLED : PairKind.SOFT_ONLY,
                        first.sample(),
                        first.at(),
                        answers,
                        used));
        return new JoinState.Joined(
                since,
                first.at(),
                first.featureHash(),
                classes,
                answers.stream().map(answer -> JoinState.teacher(answer.value())).toList(),
                used.map(l -> LabelMark.of(l.value())));
    }

    private List<Vouched> vouched(Stream<Arrived<SoftTarget>> answers, List<JoinOutcome> outcomes) {
        List<Vouched> good = new ArrayList<>();
        answers.forEach(
                answer -> {
                    SampleCheck check = SampleCheck.of(answer.value(), records);
                    if (check instanceof SampleCheck.Good found) {
                        good.add(new Vouched(answer, found.sample()));
                    } else if (check instanceof SampleCheck.Bad bad) {
                        outcomes.add(
                                JoinOutcome.Refused.of(
                                        Topic.SOFT_TARGETS, answer.raw(), bad.problem()));
                    } else {
                        outcomes.add(new JoinOutcome.Expired(Reason.SAMPLE_EXPIRED));
                    }
                });
        return good;
    }
}
