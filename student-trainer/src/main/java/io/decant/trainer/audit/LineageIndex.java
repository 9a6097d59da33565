package io.decant.trainer.audit;

import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.Span;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Finds the version that took a journal record in. <i>Immutable.</i> */
public final class LineageIndex {
    private final NavigableMap<Long, Lineage> lineage;
    private final String journalTopicId;

    /**
     * Looks at versions of one model.
     *
     * @param lineage by version, as far as it is still known
     * @param journalTopicId Kafka's id of the journal topic whose records are asked about
     */
    public LineageIndex(NavigableMap<Long, Lineage> lineage, String journalTopicId) {
        this.lineage = new TreeMap<>(lineage);
        this.journalTopicId = journalTopicId;
    }

    /** Where a record of the journal went. */
    public Placement of(int partition, long offset) {
        for (Lineage version : lineage.values()) {
            Optional<Placement> found = in(version, partition, offset);
            if (found.isPresent()) {
                return found.get();
            }
        }
        if (lineage.isEmpty()) {
            return new Placement.Unknown();
        }
        Lineage newest = lineage.lastEntry().getValue();
        if (offset >= end(newest, partition)) {
            return new Placement.NotYet();
        }
        Lineage oldest = lineage.firstEntry().getValue();
        boolean first = oldest.getParentVersion() == 0;
        return first && offset < oldest.getStartOffsets().get(partition)
                ? new Placement.BeforeTheModel()
                : new Placement.Unknown();
    }

    private Optional<Placement> in(Lineage version, int partition, long offset) {
        for (Span span : version.getSpans()) {
            if (span.getPartition() == partition
                    && span.getFirstOffset() <= offset
                    && offset <= span.getLastOffset()
                    && span.getTopicId().equals(journalTopicId)) {
                return Optional.of(new Placement.InVersion(version.getVersion()));
            }
        }
        for (OffsetRange gap : version.getGaps()) {
            if (gap.getPartition() == partition
                    && gap.getFrom() <= offset
                    && offset < gap.getTo()
                    && gap.getTopicId().equals(journalTopicId)) {
                return Optional.of(new Placement.InGap(version.getVersion()));
            }
        }
        return Optional.empty();
    }

    /** How a version came to be. */
    public Optional<Lineage> lineage(long version) {
        return Optional.ofNullable(lineage.get(version));
    }

    /**
     * For each journal partition, the first offset after a version.
     *
     * @param lineage of the version
     */
    public static List<Long> ends(Lineage lineage) {
        return java.util.stream.IntStream.range(0, lineage.getStartOffsets().size())
                .mapToObj(partition -> end(lineage, partition))
                .toList();
    }

    private static long end(Lineage lineage, int partition) {
        long end = lineage.getStartOffsets().get(partition);
        for (OffsetRange gap : lineage.getGaps()) {
            end = gap.getPartition() == partition ? Math.max(end, gap.getTo()) : end;
        }
        for (Span span : lineage.getSpans()) {
            end = span.getPartition() == partition ? Math.max(end, span.getLastOffset() + 1) : end;
        }
        return end;
    }
}
