package io.decant.cli.feed;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Knows which rows are not wholly in Kafka yet, so that an interrupted feed can say where to go on.
 * <i>Thread-safe: rows begin on the feeding thread and end on the producer's.</i>
 */
final class OpenRows {
    private final ConcurrentSkipListMap<Long, Integer> records = new ConcurrentSkipListMap<>();

    /** A row will be so many records, at least one. */
    void begin(long row, int count) {
        records.put(row, count);
    }

    /** One of the row's records is confirmed. */
    void confirmed(long row) {
        records.computeIfPresent(row, (key, left) -> left == 1 ? null : left - 1);
    }

    /** The first row that is not wholly confirmed. */
    OptionalLong first() {
        Map.Entry<Long, Integer> first = records.firstEntry();
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.getKey());
    }
}
