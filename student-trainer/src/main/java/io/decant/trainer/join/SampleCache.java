package io.decant.trainer.join;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The latest samples of one partition as bytes, by offset, so that a soft target and a prompt label
 * find their features without asking the broker. Bounded by memory; the first in is the first out.
 * <i>Owned by one thread.</i>
 */
final class SampleCache {
    /** What the map and the objects around a value take, roughly. */
    static final int ENTRY_OVERHEAD_BYTES = 120;

    private final long maxBytes;
    private final Map<Long, byte[]> samples = new LinkedHashMap<>();
    private long bytes;

    /**
     * @param maxBytes memory for values and the map around them; 0 keeps nothing
     */
    SampleCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Keeps a sample; the oldest ones make room. */
    void put(long offset, byte[] value) {
        byte[] before = samples.put(offset, value);
        bytes += size(value) - (before == null ? 0 : size(before));
        Iterator<byte[]> oldest = samples.values().iterator();
        while (bytes > maxBytes) {
            bytes -= size(oldest.next());
            oldest.remove();
        }
    }

    /** The sample at an offset, or null. */
    byte[] get(long offset) {
        return samples.get(offset);
    }

    long bytes() {
        return bytes;
    }

    private static int size(byte[] value) {
        return value.length + ENTRY_OVERHEAD_BYTES;
    }
}
