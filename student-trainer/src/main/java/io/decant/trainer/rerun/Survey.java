package io.decant.trainer.rerun;

import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.replay.ModelHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What a plan would read, found out without reading it all. <i>Immutable.</i>
 *
 * @param records that would be taken in, at most
 * @param estimatedBytes of keys and values, from the first records' mean; 0 when none could be read
 * @param missing ranges that the journal does not have any more, one sentence each
 */
public record Survey(long records, long estimatedBytes, List<String> missing) {
    /** Records that the mean size is taken of. */
    private static final int SAMPLE = 200;

    public Survey {
        missing = List.copyOf(missing);
    }

    /** Compares the plan with what the journal still has. */
    public static Survey of(ModelHistory history, RunPlan plan) {
        List<RunPlan.Cut> cuts =
                plan.versions().stream()
                        .flatMap(version -> version.cuts().stream())
                        .filter(cut -> !cut.isEmpty())
                        .toList();
        try (JournalSource journal = history.openJournal()) {
            List<String> missing = missing(cuts, journal);
            return new Survey(
                    plan.records(),
                    missing.isEmpty() ? Math.round(meanBytes(cuts, journal) * plan.records()) : 0,
                    missing);
        }
    }

    private static List<String> missing(List<RunPlan.Cut> cuts, JournalSource journal) {
        TreeMap<Integer, Long> first = new TreeMap<>();
        cuts.forEach(cut -> first.merge(cut.span().getPartition(), cut.first(), Math::min));
        List<String> missing = new ArrayList<>();
        first.forEach(
                (partition, offset) -> {
                    long beginning = journal.beginning(partition);
                    if (offset < beginning) {
                        missing.add(
                                "partition "
                                        + partition
                                        + " offsets "
                                        + offset
                                        + " to "
                                        + (beginning - 1)
                                        + " are gone; --from "
                                        + partition
                                        + ":"
                                        + beginning
                                        + " begins behind them");
                    }
                });
        return missing;
    }

    private static double meanBytes(List<RunPlan.Cut> cuts, JournalSource journal) {
        long[] sizes = new long[2]; // records, bytes
        for (RunPlan.Cut cut : cuts) {
            if (sizes[0] >= SAMPLE) {
                break;
            }
            journal.read(
                    cut.span().getPartition(),
                    cut.first(),
                    Math.min(cut.last(), cut.first() + SAMPLE - 1),
                    record -> {
                        sizes[0]++;
                        sizes[1] += length(record.key()) + length(record.value());
                    });
        }
        return sizes[0] == 0 ? 0 : (double) sizes[1] / sizes[0];
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
