package io.decant.trainer.audit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which versions of a model first contained a sample. Every later version contains it too.
 * <i>Immutable.</i>
 *
 * @param softTarget first version that learned a teacher's answer about it
 * @param label first version that learned its label
 * @param verdict the answer in words
 */
public record Blame(OptionalLong softTarget, OptionalLong label, String verdict) {

    /**
     * Judges all journal records of one sample; there must be at least one.
     *
     * @param traces in the order of their offsets
     */
    public static Blame of(List<Trace> traces) {
        OptionalLong softTarget = first(traces, Trace::learnedSoftTarget);
        OptionalLong label = first(traces, Trace::learnedLabel);
        List<String> parts = new ArrayList<>();
        if (softTarget.isPresent() && softTarget.equals(label)) {
            parts.add(
                    "first contained by soft target and label in version "
                            + softTarget.getAsLong());
        } else if (softTarget.isPresent() || label.isPresent()) {
            List<String> ways = new ArrayList<>();
            softTarget.ifPresent(version -> ways.add("by soft target in version " + version));
            label.ifPresent(version -> ways.add("by label in version " + version));
            parts.add("first contained " + String.join(", ", ways));
        } else {
            parts.add("contained in no version");
        }
        parts.addAll(others(traces));
        return new Blame(softTarget, label, String.join("; ", parts));
    }

    private static OptionalLong first(List<Trace> traces, Predicate<Trace> learned) {
        return traces.stream()
                .filter(learned)
                .map(Trace::placement)
                .filter(Placement.InVersion.class::isInstance)
                .mapToLong(placement -> ((Placement.InVersion) placement).version())
                .min();
    }

    private static Set<String> others(List<Trace> traces) {
        Set<String> others = new LinkedHashSet<>();
        for (Trace trace : traces) {
            String what = describe(trace);
            if (!what.isEmpty()) {
                others.add(what);
            }
        }
        return others;
    }

    /** What became of a record that was not learned; empty text for one that was. */
    private static String describe(Trace trace) {
        String where = " (offset " + trace.offset() + ")";
        if (trace.placement() instanceof Placement.NotYet) {
            return "not yet learned" + where;
        } else if (trace.placement() instanceof Placement.BeforeTheModel) {
            return "older than the model, which began to read behind it" + where;
        } else if (trace.placement() instanceof Placement.InGap gap) {
            return "in a gap that version " + gap.version() + " accepted" + where;
        } else if (trace.placement() instanceof Placement.Unknown) {
            return "in a version whose lineage is gone" + where;
        }
        return describe(trace.use(), where);
    }

    private static String describe(Trace.Use use, String where) {
        if (use instanceof Trace.Use.Refused refused) {
            return "refused and dead-lettered" + where + ": " + refused.detail();
        } else if (use instanceof Trace.Use.FilteredOut) {
            return "filtered out by model.filter or teachers.weights" + where;
        } else if (use instanceof Trace.Use.Excluded) {
            return "excluded by model.exclude" + where;
        } else if (use instanceof Trace.Use.HeldOut) {
            return "held out for the publishing gate" + where;
        }
        return "";
    }

    /**
     * The answer about a sample that has no record in the journal.
     *
     * @param beginning offset of the oldest record that the partition still has
     */
    public static String absent(String sampleId, int partition, long beginning) {
        return "the journal has no record of sample '"
                + sampleId
                + "': "
                + (beginning == 0
                        ? "it never arrived there (partition "
                                + partition
                                + " still begins at offset 0)"
                        : "it never arrived there, or its records have expired (partition "
                                + partition
                                + " begins at offset "
                                + beginning
                                + ")");
    }
}
