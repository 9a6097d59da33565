package io.decant.trainer.join;

import io.decant.records.SoftTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the join remembers about one sample id. It is logged to Kafka, so it never holds features.
 * {@code sinceMillis} is the stream time at which the state was entered; the window counts from it.
 * <i>Immutable.</i>
 */
sealed interface JoinState {
    /** Nothing is known about the id, or the window is over. */
    JoinState ABSENT = new Absent();

    /** Stream time at which the state was entered, milliseconds since 1970-01-01T00:00Z. */
    long sinceMillis();

    /** See {@link #ABSENT}. */
    record Absent() implements JoinState {
        @Override
        public long sinceMillis() {
            return Long.MAX_VALUE;
        }
    }

    /**
     * Something has arrived, but no pair has left yet.
     *
     * @param softTargets soft targets that wait for a label, oldest first; one for each teacher
     * @param label a label that came before every soft target
     */
    record Waiting(long sinceMillis, List<RawRecord> softTargets, Optional<RawRecord> label)
            implements JoinState {
        public Waiting {
            softTargets = List.copyOf(softTargets);
        }

        static Waiting forLabel(long sinceMillis, RawRecord label) {
            return new Waiting(sinceMillis, List.of(), Optional.of(label));
        }

        Waiting with(RawRecord softTarget) {
            List<RawRecord> more = new ArrayList<>(softTargets);
            more.add(softTarget);
            return new Waiting(sinceMillis, more, label);
        }
    }

    /**
     * The pair has left.
     *
     * @param sample where its features stand, for a late label
     * @param featureHash first 8 bytes of the SHA-256 of the features, big-endian
     * @param classCount number of classes that the teacher knows
     * @param teachers mark of each teacher in the pair, see {@link #teacher}
     * @param label the label that was used, in the pair or in a correction
     */
    record Joined(
            long sinceMillis,
            Position sample,
            long featureHash,
            int classCount,
            List<Integer> teachers,
            Optional<LabelMark> label)
            implements JoinState {
        public Joined {
            teachers = List.copyOf(teachers);
        }

        Joined labelled(LabelMark mark) {
            return new Joined(
                    sinceMillis, sample, featureHash, classCount, teachers, Optional.of(mark));
        }
    }

    /** A 32-bit mark of a teacher and its version. */
    static int teacher(SoftTarget target) {
        // Both hashes are fixed by Java's specification, so the mark may be stored.
        return 31 * target.getTeacherId().hashCode()
                + Arrays.hashCode(target.getTeacherVersion().bytes());
    }
}
