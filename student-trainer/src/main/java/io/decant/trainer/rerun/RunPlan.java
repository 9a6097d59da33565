package io.decant.trainer.rerun;

import io.decant.model.torch.ScriptStudent;
import io.decant.records.Lineage;
import io.decant.records.Span;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.audit.LineageIndex;
import io.decant.trainer.replay.ModelHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a new run learns, and in which order: the live model's order, between two bounds.
 * <i>Immutable.</i>
 *
 * @param live the live model's name
 * @param as the new model's
 * @param versions of the live model, in order
 * @param from first offset that is taken, for each journal partition
 * @param to first offset that is not taken, for each journal partition
 */
public record RunPlan(
        String live, String as, List<LiveVersion> versions, List<Long> from, List<Long> to) {

    /** The installed file of the new run's student, when that is TorchScript. */
    public Optional<ScriptStudent> student() {
        return versions.get(versions.size() - 1).config().learning().student();
    }

    /**
     * What of one live version is learned.
     *
     * @param lineage of the version
     * @param config of the new run meanwhile
     * @param cuts its spans between the bounds
     * @param whole whether that is all that the version took in
     */
    public record LiveVersion(
            Lineage lineage, TrainerConfig config, List<Cut> cuts, boolean whole) {
        public LiveVersion {
            cuts = List.copyOf(cuts);
        }

        /** Journal records; see {@link RunPlan#records}. */
        long records() {
            return cuts.stream()
                    .filter(cut -> !cut.isEmpty())
                    .mapToLong(
                            cut -> Math.min(cut.span().getRecords(), cut.last() - cut.first() + 1))
                    .sum();
        }
    }

    /**
     * What of one span is learned.
     *
     * @param span as lineage has it
     * @param first offset that is taken
     * @param last offset that is taken; below {@code first} when nothing is
     */
    public record Cut(Span span, long first, long last) {
        boolean isEmpty() {
            return first > last;
        }

        boolean isWhole() {
            return first == span.getFirstOffset() && last == span.getLastOffset();
        }
    }

    public RunPlan {
        versions = List.copyOf(versions);
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    /**
     * Plans a run.
     *
     * @param offsetsAt the first journal offsets of a time; asked only when a bound is a time
     * @throws IllegalArgumentException when the run is not possible, with what to do
     * @throws io.decant.pipeline.config.ConfigurationException when its settings are not
     */
    public static RunPlan of(
            ModelHistory history, RunRequest request, Function<Instant, List<Long>> offsetsAt) {
        if (request.as().equals(history.model())) {
            throw new IllegalArgumentException(
                    "the new model must have another name than the live one, '"
                            + history.model()
                            + "'; give one with --as");
        }
        List<Lineage> known = unbroken(history.lineage());
        if (known.isEmpty()) {
            throw new IllegalArgumentException(
                    "model '" + history.model() + "' has no lineage; is the name right (--model)?");
        }
        Lineage oldest = known.get(0);
        if (oldest.getParentVersion() > 0 && request.from().isEmpty()) {
            throw new IllegalArgumentException(
                    "the lineage of versions 1 to "
                            + oldest.getParentVersion()
                            + " of model '"
                            + history.model()
                            + "' is gone, so its run cannot be made from the beginning; say with --from where to begin, at "
                            + oldest.getStartOffsets()
                            + " at the earliest");
        }
        List<Long> start = oldest.getStartOffsets();
        List<Long> end = LineageIndex.ends(known.get(known.size() - 1));
        List<Long> from =
                bounded(request.from().map(b -> b.resolve(start, offsetsAt)).orElse(start), end);
        List<Long> to = bounded(request.to().map(b -> b.resolve(end, offsetsAt)).orElse(end), end);
        for (int p = 0; p < from.size(); p++) {
            if (from.get(p) < start.get(p)
                    && request.from().orElseThrow() instanceof RunBound.Offsets) {
                throw new IllegalArgumentException(
                        "--from names offset "
                                + from.get(p)
                                + " of partition "
                                + p
                                + ", but the lineage that is left begins at "
                                + start.get(p));
            }
            if (from.get(p) > to.get(p)) {
                throw new IllegalArgumentException(
                        "in partition "
                                + p
                                + " the run would begin at offset "
                                + from.get(p)
                                + " and end before "
                                + to.get(p)
                                + "; --from must not be behind --to or the lineage's end");
            }
        }
        List<Long> begin = new ArrayList<>();
        for (int p = 0; p < from.size(); p++) {
            begin.add(Math.max(from.get(p), start.get(p)));
        }
        return new RunPlan(
                history.model(),
                request.as(),
                versions(known, new RunSettings(history.cluster(), request), history, begin, to),
                begin,
                to);
    }

    /** The newest versions that follow one another. */
    private static List<Lineage> unbroken(NavigableMap<Long, Lineage> lineage) {
        NavigableMap<Long, Lineage> run = new TreeMap<>();
        for (Lineage version : lineage.descendingMap().values()) {
            if (!run.isEmpty()
                    && run.firstEntry().getValue().getParentVersion() != version.getVersion()) {
                break;
            }
            run.put(version.getVersion(), version);
        }
        return List.copyOf(run.values());
    }

    private static List<Long> bounded(List<Long> offsets, List<Long> end) {
        List<Long> bounded = new ArrayList<>();
        for (int p = 0; p < offsets.size(); p++) {
            bounded.add(Math.min(offsets.get(p), end.get(p)));
        }
        return bounded;
    }

    private static List<LiveVersion> versions(
            List<Lineage> known,
            RunSettings settings,
            ModelHistory history,
            List<Long> from,
            List<Long> to) {
        Map<Map<String, String>, TrainerConfig> configs = new HashMap<>();
        List<LiveVersion> versions = new ArrayList<>();
        for (Lineage lineage : known) {
            List<Cut> cuts = new ArrayList<>();
            boolean whole = true;
            for (Span span : lineage.getSpans()) {
                if (!span.getTopicId().equals(history.journalTopicId())) {
                    throw new IllegalArgumentException(
                            "version "
                                    + lineage.getVersion()
                                    + " was learned from the journal with topic id "
                                    + span.getTopicId()
                                    + ", and this journal has topic id "
                                    + history.journalTopicId()
                                    + ": the topic was recreated, and its records are gone");
                }
                Cut cut =
                        new Cut(
                                span,
                                Math.max(span.getFirstOffset(), from.get(span.getPartition())),
                                Math.min(span.getLastOffset(), to.get(span.getPartition()) - 1));
                whole &= cut.isWhole();
                cuts.add(cut);
            }
            TrainerConfig config =
                    configs.computeIfAbsent(
                            lineage.getConfiguration(), recorded -> settings.during(lineage));
            versions.add(new LiveVersion(lineage, config, cuts, whole));
        }
        return versions;
    }

    /**
     * Journal records that will be taken in. A span that a bound cuts counts with its offsets, so
     * the true number may be smaller.
     */
    public long records() {
        return versions.stream().mapToLong(LiveVersion::records).sum();
    }

    /** Whether the whole lineage is learned, from the model's first version on. */
    public boolean isWhole() {
        return versions.get(0).lineage().getParentVersion() == 0
                && versions.stream().allMatch(LiveVersion::whole);
    }

    /** The live model's newest version that lineage knows. */
    public Lineage newest() {
        return versions.get(versions.size() - 1).lineage();
    }
}
