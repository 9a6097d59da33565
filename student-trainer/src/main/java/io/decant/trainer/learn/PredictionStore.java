package io.decant.trainer.learn;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Predictions that wait for their labels: those of the last {@code capacity} samples that came
 * without one. A ring of primitive arrays keeps the order, an open-addressing table finds a sample;
 * nothing is allocated per prediction. Only the ring is state: the table follows from it. <i>Owned
 * by the evaluator.</i>
 */
final class PredictionStore {
    /** A class and "none" must fit 16 bits. */
    static final int MAX_CLASSES = 65_535;

    /** Never a packed prediction. */
    private static final long EMPTY = -1;

    private static final int FIELDS = 4;

    private final int capacity;
    private final long[] high;
    private final long[] low;
    private final long[] packed;
    private final int[] table;
    private long next;
    private int size;

    PredictionStore(int capacity) {
        this.capacity = capacity;
        high = new long[capacity];
        low = new long[capacity];
        packed = new long[capacity];
        Arrays.fill(packed, EMPTY);
        table = new int[Math.max(2, Integer.highestOneBit(capacity) * 4)];
        Arrays.fill(table, -1);
    }

    /**
     * Stores a prediction; returns how many older ones it pushed out: the oldest, or one of the
     * same sample.
     */
    int put(SampleKey key, Prediction prediction) {
        int pushedOut = take(key).isPresent() ? 1 : 0;
        int slot = (int) (next % capacity);
        if (packed[slot] != EMPTY) {
            remove(find(high[slot], low[slot]));
            pushedOut++;
        }
        insert(slot, key.high(), key.low(), prediction.packed());
        next++;
        return pushedOut;
    }

    /** Removes and returns a sample's prediction. */
    Optional<Prediction> take(SampleKey key) {
        int at = find(key.high(), key.low());
        if (table[at] < 0) {
            return Optional.empty();
        }
        Prediction prediction = Prediction.unpacked(packed[table[at]]);
        remove(at);
        return Optional.of(prediction);
    }

    int size() {
        return size;
    }

    private void insert(int slot, long keyHigh, long keyLow, long prediction) {
        high[slot] = keyHigh;
        low[slot] = keyLow;
        packed[slot] = prediction;
        table[find(keyHigh, keyLow)] = slot;
        size++;
    }

    /** The place in the table where the key is, or where it would be put. */
    private int find(long keyHigh, long keyLow) {
        int at = home(keyLow);
        while (table[at] >= 0 && (low[table[at]] != keyLow || high[table[at]] != keyHigh)) {
            at = at + 1 & table.length - 1;
        }
        return at;
    }

    /** Keys are digests: any bits are spread well. */
    private int home(long keyLow) {
        return (int) keyLow & table.length - 1;
    }

    /**
     * Closes the gap by moving later entries of the same run back (Knuth, TAOCP 3, 6.4, algorithm
     * R).
     */
    private void remove(int at) {
        packed[table[at]] = EMPTY;
        size--;
        int gap = at;
        for (int i = at + 1 & table.length - 1; table[i] >= 0; i = i + 1 & table.length - 1) {
            int home = home(low[table[i]]);
            boolean mayMove = gap <= i ? home <= gap || home > i : home <= gap && home > i;
            if (mayMove) {
                table[gap] = table[i];
                gap = i;
            }
        }
        table[gap] = -1;
    }

    void save(StateWriter state) {
        long[] entries = new long[size * FIELDS];
        int at = 0;
        for (long sequence = Math.max(0, next - capacity); sequence < next; sequence++) {
            int slot = (int) (sequence % capacity);
            if (packed[slot] != EMPTY) {
                entries[at++] = sequence;
                entries[at++] = high[slot];
                entries[at++] = low[slot];
                entries[at++] = packed[slot];
            }
        }
        state.longs("predictions.next", next);
        state.longs("predictions.entries", List.of(size, FIELDS), entries);
    }

    /** A store of another capacity keeps the newest that fit. */
    static PredictionStore restore(int capacity, LearnerState state) {
        PredictionStore store = new PredictionStore(capacity);
        store.next = state.longs("predictions.next")[0];
        long[] entries = state.longs("predictions.entries");
        for (int i = 0; i < entries.length; i += FIELDS) {
            if (entries[i] >= store.next - capacity) {
                store.insert(
                        (int) (entries[i] % capacity),
                        entries[i + 1],
                        entries[i + 2],
                        entries[i + 3]);
            }
        }
        return store;
    }
}
