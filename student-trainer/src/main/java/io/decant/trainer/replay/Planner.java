package io.decant.trainer.replay;

import io.decant.records.Lineage;
import io.decant.records.Span;
import io.decant.trainer.journal.JournalRecord;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.journal.MissingRangeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says what a verification would do, from lineage and a few records. <i>Owned by one thread.</i>
 */
public final class Planner {
    /** Records that are read to know how large records are. */
    private static final int SAMPLED = 1000;

    private final ModelHistory history;
    private final Starts starts;

    public Planner(ModelHistory history) {
        this.history = history;
        this.starts = new Starts(history);
    }

    /** Plans to make one version again. */
    public Plan verify(long version) {
        try (JournalSource journal = history.openJournal()) {
            Coverage coverage = new Coverage(history, journal);
            Start start = starts.newestUpTo(version - 1);
            List<Long> made = new ArrayList<>();
            readable(start.version(), version, coverage, made);
            return plan(
                    List.of(start.version()),
                    made,
                    coverage.missing(start.version() + 1, version),
                    journal);
        }
    }

    /** Plans to make all versions again. */
    public Plan verifyAll() {
        try (JournalSource journal = history.openJournal()) {
            Coverage coverage = new Coverage(history, journal);
            long newest = Replay.newest(history);
            List<Long> begun = new ArrayList<>();
            List<Long> made = new ArrayList<>();
            Optional<Start> start = starts.first();
            long reached = history.firstVersion() - 1;
            while (reached < newest && start.isPresent()) {
                long from = start.get().version();
                reached = readable(from, newest, coverage, made);
                if (reached > from + 1 || (reached == newest && coverage.has(newest))) {
                    begun.add(from);
                }
                start = starts.oldestFrom(reached);
                reached = Math.max(reached, start.map(Start::version).orElse(newest));
            }
            return plan(begun, made, coverage.missing(history.firstVersion(), newest), journal);
        }
    }

    /**
     * Adds the versions that can be read in one go; returns the last, or the first that cannot be
     * read.
     */
    private static long readable(long from, long to, Coverage coverage, List<Long> made) {
        for (long version = from + 1; version <= to; version++) {
            if (!coverage.has(version)) {
                return version;
            }
            made.add(version);
        }
        return to;
    }

    private Plan plan(
            List<Long> begun, List<Long> made, List<String> missing, JournalSource journal) {
        long records =
                made.stream()
                        .flatMap(version -> history.lineage().get(version).getSpans().stream())
                        .mapToLong(Span::getRecords)
                        .sum();
        long[] sample = sample(made, journal);
        long bytes = sample[0] == 0 ? 0 : Math.round((double) sample[1] / sample[0] * records);
        return new Plan(begun, made.size(), records, bytes, sample[0] == records, missing);
    }

    /** Count and bytes of the first records. */
    private long[] sample(List<Long> made, JournalSource journal) {
        long[] sample = new long[2];
        for (long version : made) {
            Lineage lineage = history.lineage().get(version);
            for (Span span : lineage.getSpans()) {
                if (sample[0] >= SAMPLED) {
                    return sample;
                }
                try {
                    journal.read(
                            span.getPartition(),
                            span.getFirstOffset(),
                            span.getLastOffset(),
                            record -> {
                                sample[0]++;
                                sample[1] += size(record);
                            });
                } catch (MissingRangeException gone) {
                    return sample;
                }
            }
        }
        return sample;
    }

    private static long size(JournalRecord record) {
        return (record.key() == null ? 0 : record.key().length)
                + (record.value() == null ? 0 : record.value().length);
    }
}
