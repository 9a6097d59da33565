package io.decant.trainer.audit;

import java.util.List;

/**
 * One journal record of a sample, and what became of it in one model. <i>Immutable.</i>
 *
 * @param offset in the sample's journal partition
 * @param timestampMillis when it was appended, milliseconds since 1970-01-01T00:00Z
 * @param kind of the pair; empty text when the record cannot be read
 * @param teachers whose answers it holds
 * @param label what its label says; empty text without one
 * @param placement what lineage says
 * @param use what the version that took it in did with it; {@link Use.Untouched} when none did
 */
public record Trace(
        long offset,
        long timestampMillis,
        String kind,
        List<String> teachers,
        String label,
        Placement placement,
        Use use) {
    public Trace {
        teachers = List.copyOf(teachers);
    }

    /** What a version did with a record that it took in. */
    public sealed interface Use {
        /**
         * It was learned; a version learns all that it took in.
         *
         * @param softTarget whether a teacher's answer was learned
         * @param label whether a label was learned
         */
        record Learned(boolean softTarget, boolean label) implements Use {}

        /** It was held out for the publishing gate. */
        record HeldOut() implements Use {}

        /** The model's attribute filter left it out, or all its answers weigh nothing. */
        record FilteredOut() implements Use {}

        /** The sample is excluded from the model. */
        record Excluded() implements Use {}

        /** It could not be used, and went to the dead letters. */
        record Refused(String detail) implements Use {}

        /** No version that lineage knows took it in. */
        record Untouched() implements Use {}
    }

    boolean learnedSoftTarget() {
        return use instanceof Use.Learned learned && learned.softTarget();
    }

    boolean learnedLabel() {
        return use instanceof Use.Learned learned && learned.label();
    }
}
