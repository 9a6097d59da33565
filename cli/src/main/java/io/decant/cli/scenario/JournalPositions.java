package io.decant.cli.scenario;

import io.decant.cli.run.RunWatch;
import io.decant.cli.run.StreamPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Where in the stream a place in the training journal is. <i>Immutable by convention: nobody
 * changes the maps.</i>
 */
final class JournalPositions {
    private final Map<Integer, NavigableMap<Long, Integer>> byPartition = new HashMap<>();

    private JournalPositions() {}

    /** Of the first pairs of a stream's samples. */
    static JournalPositions of(StreamPlan plan, List<RunWatch.View.FirstPair> pairs) {
        Map<String, Integer> positions = new HashMap<>();
        for (int position = 0; position < plan.samples(); position++) {
            positions.put(plan.sampleId(position), position);
        }
        JournalPositions all = new JournalPositions();
        for (RunWatch.View.FirstPair pair : pairs) {
            Integer position = positions.get(pair.sampleId());
            if (position != null) {
                all.byPartition
                        .computeIfAbsent(pair.partition(), partition -> new TreeMap<>())
                        .put(pair.offset(), position);
            }
        }
        return all;
    }

    /**
     * The sample of the last first pair up to an offset, which may be a correction's; empty when
     * there is none.
     */
    OptionalInt at(int partition, long offset) {
        NavigableMap<Long, Integer> pairs = byPartition.get(partition);
        Map.Entry<Long, Integer> last = pairs == null ? null : pairs.floorEntry(offset);
        return last == null ? OptionalInt.empty() : OptionalInt.of(last.getValue());
    }
}
