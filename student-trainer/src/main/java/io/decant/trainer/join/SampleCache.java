package io.decant.trainer.join;

import io.decant.pipeline.source.SourceRecord;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The latest samples of one partition as they stood there, by offset, so that a soft target and a
 * prompt label find their features without asking the broker. Bounded by memory; the first in is
 * the first out. <i>Owned by one thread.</i>
 */
final class SampleCache {
    /** What the map and the objects around key and value take, roughly. */
    static final int ENTRY_OVERHEAD_BYTES = 168;

    private final long maxBytes;
    private final Map<Long, SourceRecord> samples = new LinkedHashMap<>();
    private long bytes;

    /**
     * @param maxBytes memory for records and the map around them; 0 keeps nothing
     */
    SampleCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Keeps a sample; the oldest ones make room. */
    void put(long offset, SourceRecord record) {
        SourceRecord before = samples.put(offset, record);
        bytes += size(record) - (before == null ? 0 : size(before));
        Iterator<SourceRecord> oldest = samples.values().iterator();
        while (bytes > maxBytes) {
            bytes -= size(oldest.next());
            oldest.remove();
        }
    }

    /** The sample at an offset, or null. */
    SourceRecord get(long offset) {
        return samples.get(offset);
    }

    long bytes() {
        return bytes;
    }

    private static int size(SourceRecord record) {
        int key = record.key() == null ? 0 : record.key().length;
        return record.value().length + key + ENTRY_OVERHEAD_BYTES;
    }
}
