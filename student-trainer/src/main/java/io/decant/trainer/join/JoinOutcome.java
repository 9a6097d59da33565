package io.decant.trainer.join;

import io.decant.records.DeadLetterReason;
import io.decant.records.Label;
import io.decant.records.PairKind;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import java.util.List;
import java.util.Optional;

/** What the join does about an event; each outcome is counted. <i>Immutable.</i> */
sealed interface JoinOutcome {
    /** The counter that the outcome belongs to. */
    JoinCount count();

    /**
     * A pair leaves for the training journal.
     *
     * @param kind LABELLED, SOFT_ONLY, LABEL_CORRECTION or LABEL_ONLY
     * @param softTargets the teachers' answers; none in the last two, which teach only the label
     */
    record EmitPair(
            PairKind kind,
            Sample sample,
            Position at,
            List<Arrived<SoftTarget>> softTargets,
            Optional<Arrived<Label>> label)
            implements JoinOutcome {
        @Override
        public JoinCount count() {
            return switch (kind) {
                case LABELLED -> JoinCount.PAIRS_LABELLED;
                case SOFT_ONLY -> JoinCount.PAIRS_SOFT_ONLY;
                case LABEL_CORRECTION -> JoinCount.PAIRS_LABEL_CORRECTION;
                case LABEL_ONLY -> JoinCount.PAIRS_LABEL_ONLY;
                default ->
                        throw new IllegalStateException("the join makes no pair of kind " + kind);
            };
        }

        /** Event time of the label minus event time of the sample, milliseconds. */
        Optional<Long> labelDelayMillis() {
            return label.map(l -> l.value().getEventTimeMillis() - sample.getEventTimeMillis());
        }

        /** The journal's record. */
        TrainingPair pair() {
            TrainingPair pair = new TrainingPair();
            pair.setKind(kind);
            pair.setSampleId(sample.getSampleId());
            pair.setFeatures(sample.getFeatures());
            pair.setSoftTargets(softTargets.stream().map(Arrived::value).toList());
            pair.setLabel(label.map(Arrived::value).orElse(null));
            pair.setAttributes(sample.getAttributes());
            pair.setSamplePartition(at.partition());
            pair.setSampleOffset(at.offset());
            pair.setSoftTargetOffsets(softTargets.stream().map(t -> t.raw().offset()).toList());
            pair.setLabelOffset(label.map(l -> l.raw().offset()).orElse(-1L));
            pair.setEventTimeMillis(sample.getEventTimeMillis());
            return pair;
        }
    }

    /** The record is kept until its counterpart comes or the window ends. */
    record Kept(Topic topic) implements JoinOutcome {
        @Override
        public JoinCount count() {
            return topic == Topic.LABELS ? JoinCount.LABEL_WAITING : JoinCount.SOFT_TARGET_WAITING;
        }
    }

    /** The record tells nothing new. */
    record Duplicate(Repeated what) implements JoinOutcome {
        /** What was said before. */
        enum Repeated {
            SOFT_TARGET,
            LATE_TEACHER,
            LABEL
        }

        @Override
        public JoinCount count() {
            return switch (what) {
                case SOFT_TARGET -> JoinCount.SOFT_TARGET_DUPLICATE;
                case LATE_TEACHER -> JoinCount.SOFT_TARGET_LATE_TEACHER;
                case LABEL -> JoinCount.LABEL_DUPLICATE;
            };
        }
    }

    /** A label contradicts the first one, which stays. */
    record LabelConflict() implements JoinOutcome {
        @Override
        public JoinCount count() {
            return JoinCount.LABEL_CONFLICT;
        }
    }

    /** Something is given up because time has passed. */
    record Expired(Reason reason) implements JoinOutcome {
        /** What was given up. */
        enum Reason {
            LABEL_UNMATCHED(JoinCount.LABEL_UNMATCHED),
            LABEL_EXPIRED(JoinCount.LABEL_EXPIRED),
            SAMPLE_EXPIRED(JoinCount.SAMPLE_EXPIRED),
            SAMPLE_NEVER_LABELLED(JoinCount.SAMPLE_NEVER_LABELLED),
            SKIPPED_NEVER_LABELLED(JoinCount.SKIPPED_NEVER_LABELLED);

            private final JoinCount count;

            Reason(JoinCount count) {
                this.count = count;
            }
        }

        @Override
        public JoinCount count() {
            return reason.count;
        }
    }

    /** The teacher gave no answer, and said why. */
    record Skipped() implements JoinOutcome {
        @Override
        public JoinCount count() {
            return JoinCount.SOFT_TARGET_SKIPPED;
        }
    }

    /**
     * A record belongs into the dead-letter topic.
     *
     * @param topic where it was read
     * @param detail one sentence: what was wrong, what was expected
     */
    record Refused(Topic topic, RawRecord record, DeadLetterReason reason, String detail)
            implements JoinOutcome {
        static Refused of(Topic topic, RawRecord record, RecordRules.Problem problem) {
            return new Refused(topic, record, problem.reason(), problem.detail());
        }

        @Override
        public JoinCount count() {
            return JoinCount.DEAD_LETTERS;
        }
    }
}
