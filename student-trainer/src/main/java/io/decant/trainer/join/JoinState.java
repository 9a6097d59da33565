package io.decant.trainer.join;

import io.decant.records.SoftTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

    /** What a pair can be kept back for, each for a bounded time. */
    enum Wait {
        LABEL,
        TEACHERS
    }

    /**
     * Something has arrived, but no pair has left yet.
     *
     * @param softTargets soft targets that are kept back, oldest first; one for each teacher,
     *     skipped ones among them
     * @param label a label that came before the pair left
     * @param over what is no longer waited for
     */
    record Waiting(
            long sinceMillis,
            List<RawRecord> softTargets,
            Optional<RawRecord> label,
            Set<Wait> over)
            implements JoinState {
        public Waiting {
            softTargets = List.copyOf(softTargets);
            over = Set.copyOf(over);
        }

        static Waiting since(long sinceMillis) {
            return new Waiting(sinceMillis, List.of(), Optional.empty(), Set.of());
        }

        /** Whether a pair is kept back: one that only lacks its soft target is not. */
        boolean isKeptBack() {
            return !softTargets.isEmpty();
        }

        Waiting with(RawRecord softTarget) {
            List<RawRecord> more = new ArrayList<>(softTargets);
            more.add(softTarget);
            return new Waiting(sinceMillis, more, label, over);
        }

        Waiting labelled(RawRecord first) {
            return new Waiting(sinceMillis, softTargets, Optional.of(first), over);
        }

        Waiting over(Wait ended) {
            Set<Wait> more = EnumSet.of(ended);
            more.addAll(over);
            return new Waiting(sinceMillis, softTargets, label, more);
        }
    }

    /**
     * No teacher will answer, or none has in time: the label alone can still teach the sample.
     *
     * @param sample where its features stand
     * @param featureHash first 8 bytes of the SHA-256 of the features, big-endian
     */
    record Skipped(long sinceMillis, Position sample, long featureHash) implements JoinState {
        /** Its label has taught it. */
        Joined learned(long now, LabelMark label) {
            return new Joined(now, sample, featureHash, 0, List.of(), Optional.of(label));
        }
    }

    /**
     * The pair has left.
     *
     * @param sample where its features stand, for a late label
     * @param featureHash first 8 bytes of the SHA-256 of the features, big-endian
     * @param classCount number of classes that the teacher knows; 0 when none is in the pair
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
