package io.decant.trainer.rerun;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Where a new run begins or ends in the journal. <i>Immutable.</i> */
public sealed interface RunBound {
    /** By offset; partitions that are not named have no bound. */
    record Offsets(Map<Integer, Long> byPartition) implements RunBound {
        public Offsets {
            byPartition = Map.copyOf(byPartition);
        }
    }

    /** The first record of each partition that was appended at that time or later. */
    record Time(Instant time) implements RunBound {}

    /**
     * Reads {@code PARTITION:OFFSET,…} or a time such as {@code 2026-11-22T08:00:00Z}.
     *
     * @param flag what the message names
     * @throws IllegalArgumentException when it is neither
     */
    static RunBound parse(String flag, String text) {
        if (!text.matches("[0-9]{1,6}:[0-9]{1,18}(,[0-9]{1,6}:[0-9]{1,18})*")) {
            try {
                return new Time(Instant.parse(text));
            } catch (DateTimeException neither) {
                throw new IllegalArgumentException(
                        flag
                                + " must be PARTITION:OFFSET,... or a time such as 2026-11-22T08:00:00Z, was '"
                                + text
                                + "'",
                        neither);
            }
        }
        Map<Integer, Long> offsets = new TreeMap<>();
        for (String part : text.split(",")) {
            int colon = part.indexOf(':');
            int partition = Integer.parseInt(part.substring(0, colon));
            if (offsets.put(partition, Long.parseLong(part.substring(colon + 1))) != null) {
                throw new IllegalArgumentException(
                        flag + " names partition " + partition + " twice");
            }
        }
        return new Offsets(offsets);
    }

    /**
     * The bound as one offset for each partition.
     *
     * @param otherwise for partitions without a bound
     * @param offsetsAt asks the journal for the first offsets of a time
     * @throws IllegalArgumentException when a partition is named that the journal does not have
     */
    default List<Long> resolve(List<Long> otherwise, Function<Instant, List<Long>> offsetsAt) {
        if (this instanceof Time at) {
            return offsetsAt.apply(at.time());
        }
        List<Long> offsets = new ArrayList<>(otherwise);
        ((Offsets) this)
                .byPartition()
                .forEach(
                        (partition, offset) -> {
                            if (partition >= offsets.size()) {
                                throw new IllegalArgumentException(
                                        "the journal has partitions 0 to "
                                                + (offsets.size() - 1)
                                                + ", there is no partition "
                                                + partition);
                            }
                            offsets.set(partition, offset);
                        });
        return offsets;
    }
}
