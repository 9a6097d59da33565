package io.decant.trainer.audit;

import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.records.Span;
import io.decant.trainer.publish.StateSchedule;
import io.decant.trainer.replay.ModelHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is known of one version: by lineage, which outlives the version, and by its manifest, as
 * long as it is not removed. At least one of them is there. <i>Immutable.</i>
 *
 * @param version its number
 * @param lineage how it came to be
 * @param manifest where its weights and state are
 * @param marks what is special about it
 */
public record VersionView(
        long version,
        Optional<Lineage> lineage,
        Optional<CheckpointManifest> manifest,
        Set<Mark> marks) {

    /** What is special about a version. */
    public enum Mark {
        /** Gateways are told to serve it. */
        LIVE,
        /** The last version of a finite stream. */
        FINISHED,
        /** Its state is kept for replay. */
        KEPT,
        /** Its state is in the ring, until a later version overwrites it. */
        STATE,
        /** Weights and state are removed; lineage still answers. */
        REMOVED,
        /** Its lineage has expired: it cannot be verified or blamed. */
        NO_LINEAGE
    }

    public VersionView {
        marks = Set.copyOf(marks);
    }

    /** Every version that a model's topics know, ascending. */
    public static List<VersionView> all(ModelHistory history, OptionalLong live) {
        Set<Long> versions = new TreeSet<>(history.lineage().keySet());
        versions.addAll(history.manifests().keySet());
        List<VersionView> views = new ArrayList<>();
        for (long version : versions) {
            Optional<Lineage> lineage = Optional.ofNullable(history.lineage().get(version));
            Optional<CheckpointManifest> manifest =
                    Optional.ofNullable(history.manifests().get(version));
            views.add(
                    new VersionView(
                            version,
                            lineage,
                            manifest,
                            marks(
                                    lineage,
                                    manifest,
                                    live.isPresent() && live.getAsLong() == version,
                                    history.states().contains(version))));
        }
        return views;
    }

    private static Set<Mark> marks(
            Optional<Lineage> lineage,
            Optional<CheckpointManifest> manifest,
            boolean live,
            boolean state) {
        Set<Mark> marks = EnumSet.noneOf(Mark.class);
        if (live) {
            marks.add(Mark.LIVE);
        }
        boolean finished =
                lineage.map(Lineage::getFinished)
                        .orElseGet(() -> manifest.orElseThrow().getFinished());
        if (finished) {
            marks.add(Mark.FINISHED);
        }
        if (state && manifest.isPresent()) {
            marks.add(
                    StateSchedule.isKeptSlot(manifest.get().getStateSlot())
                            ? Mark.KEPT
                            : Mark.STATE);
        }
        if (manifest.isEmpty()) {
            marks.add(Mark.REMOVED);
        }
        if (lineage.isEmpty()) {
            marks.add(Mark.NO_LINEAGE);
        }
        return marks;
    }

    /** The version that it was learned on from; 0 for the first. */
    public long parent() {
        return lineage.map(Lineage::getParentVersion)
                .orElseGet(() -> manifest.orElseThrow().getParentVersion());
    }

    /** When the trainer published it. */
    public Instant publishedAt() {
        return Instant.ofEpochMilli(
                lineage.map(Lineage::getPublishedAtMillis)
                        .orElseGet(() -> manifest.orElseThrow().getPublishedAtMillis()));
    }

    /** Journal records that it took in beyond its parent; empty without lineage. */
    public OptionalLong records() {
        return lineage.map(
                        known ->
                                OptionalLong.of(
                                        known.getSpans().stream()
                                                .mapToLong(Span::getRecords)
                                                .sum()))
                .orElse(OptionalLong.empty());
    }

    /** Metrics of the trainer when it published: all of them with lineage, some without. */
    public Map<String, Double> metrics() {
        return lineage.map(Lineage::getMetrics)
                .orElseGet(() -> manifest.orElseThrow().getMetrics());
    }
}
