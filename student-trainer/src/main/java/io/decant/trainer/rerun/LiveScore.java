package io.decant.trainer.rerun;

import io.decant.records.Lineage;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalDouble;

/**
 * The live model's prequential accuracy over what a plan covers, from the metrics in its lineage.
 * Metrics are cumulative and stand at the ends of versions, so bounds inside a version are moved
 * outwards. <i>Immutable.</i>
 *
 * @param first version that counts
 * @param last version that counts
 * @param samePairs whether these versions hold what the plan covers and nothing else
 * @param scored predictions that were scored while these versions were learned
 * @param accuracy share of hits among them, in [0, 1]; empty when nothing was scored, or when the
 *     lineage before them is gone
 */
public record LiveScore(
        long first, long last, boolean samePairs, long scored, OptionalDouble accuracy) {
    private static final String ACCURACY = "prequential_accuracy_student";
    private static final String SCORED = "prequential_scored_student";

    /**
     * Looks up the versions of a plan.
     *
     * @param lineage of the live model
     */
    public static LiveScore of(RunPlan plan, NavigableMap<Long, Lineage> lineage) {
        List<RunPlan.LiveVersion> touched =
                plan.versions().stream().filter(version -> version.records() > 0).toList();
        if (touched.isEmpty()) {
            return new LiveScore(0, 0, false, 0, OptionalDouble.empty());
        }
        Lineage first = touched.get(0).lineage();
        Lineage last = touched.get(touched.size() - 1).lineage();
        boolean same = touched.stream().allMatch(RunPlan.LiveVersion::whole);
        Lineage before = lineage.get(first.getParentVersion());
        if (before == null && first.getParentVersion() > 0) {
            return new LiveScore(
                    first.getVersion(), last.getVersion(), same, 0, OptionalDouble.empty());
        }
        long scored = scored(last) - (before == null ? 0 : scored(before));
        long hits = hits(last) - (before == null ? 0 : hits(before));
        return new LiveScore(
                first.getVersion(),
                last.getVersion(),
                same,
                scored,
                scored <= 0 ? OptionalDouble.empty() : OptionalDouble.of((double) hits / scored));
    }

    private static long scored(Lineage version) {
        return Math.round(version.getMetrics().getOrDefault(SCORED, 0.0));
    }

    private static long hits(Lineage version) {
        return Math.round(version.getMetrics().getOrDefault(ACCURACY, 0.0) * scored(version));
    }
}
