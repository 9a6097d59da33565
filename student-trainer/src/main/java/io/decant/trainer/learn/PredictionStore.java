package io.decant.trainer.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Predictions that wait for their labels: those of the last {@code capacity} samples that came
 * without one. A ring of primitive arrays keeps the order, an open-addressing table finds a sample;
 * nothing is allocated per prediction. Only the ring is state: the table follows from it. What each
 * of several teachers chose takes 8 bytes for every four of them, from the first such prediction
 * on. <i>Owned by the evaluator.</i>
 */
final class PredictionStore {
    /** A class and "none" must fit 16 bits. */
    static final int MAX_CLASSES = 65_535;

    /** Never a packed prediction. */
    private static final long EMPTY = -1;

    private static final int FIELDS = 4;
    private static final int CLASSES_IN_A_WORD = Long.SIZE / Character.SIZE;

    private final int capacity;
    private final long[] high;
    private final long[] low;
    private final long[] packed;
    private final int[] table;
    private long[] teachers = {};

    /** Words in {@code teachers} for each prediction. */
    private int words;

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
        putTeachers(slot, prediction);
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
        if (words > 0) {
            prediction = prediction.with(teachers(table[at]));
        }
        remove(at);
        return Optional.of(prediction);
    }

    private void putTeachers(int slot, Prediction prediction) {
        int needed = (prediction.teachers().size() + CLASSES_IN_A_WORD - 1) / CLASSES_IN_A_WORD;
        if (words > 0 || !prediction.isPlain()) {
            widen(Math.max(1, needed));
            Arrays.fill(teachers, slot * words, (slot + 1) * words, 0);
            for (int number = 0; number < prediction.teachers().size(); number++) {
                teachers[slot * words + number / CLASSES_IN_A_WORD] |=
                        (prediction.teachers().get(number) + 1L) << shift(number);
            }
        }
    }

    private List<Integer> teachers(int slot) {
        List<Integer> classes = new ArrayList<>(words * CLASSES_IN_A_WORD);
        int length = 0;
        for (int number = 0; number < words * CLASSES_IN_A_WORD; number++) {
            long word = teachers[slot * words + number / CLASSES_IN_A_WORD];
            int chosen = (int) (word >>> shift(number) & Character.MAX_VALUE) - 1;
            classes.add(chosen);
            length = chosen == Prediction.NONE ? length : number + 1;
        }
        return List.copyOf(classes.subList(0, length));
    }

    private static int shift(int number) {
        return number % CLASSES_IN_A_WORD * Character.SIZE;
    }

    /** Makes room for more teachers; so far the only one chose what all together did. */
    private void widen(int needed) {
        if (needed <= words) {
            return;
        }
        long[] wider = new long[Math.multiplyExact(capacity, needed)];
        for (int slot = 0; slot < capacity; slot++) {
            if (words > 0) {
                System.arraycopy(teachers, slot * words, wider, slot * needed, words);
            } else if (packed[slot] != EMPTY) {
                wider[slot * needed] = Prediction.unpacked(packed[slot]).teacher() + 1L;
            }
        }
        teachers = wider;
        words = needed;
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
        int fields = FIELDS + words;
        long[] entries = new long[size * fields];
        int at = 0;
        for (long sequence = Math.max(0, next - capacity); sequence < next; sequence++) {
            int slot = (int) (sequence % capacity);
            if (packed[slot] != EMPTY) {
                entries[at++] = sequence;
                entries[at++] = high[slot];
                entries[at++] = low[slot];
                entries[at++] = packed[slot];
                System.arraycopy(teachers, slot * words, entries, at, words);
                at += words;
            }
        }
        state.longs("predictions.next", next, words);
        state.longs("predictions.entries", List.of(size, fields), entries);
    }

    /** A store of another capacity keeps the newest that fit. */
    static PredictionStore restore(int capacity, LearnerState state) {
        PredictionStore store = new PredictionStore(capacity);
        long[] numbers = state.longs("predictions.next");
        store.next = numbers[0];
        store.widen((int) numbers[1]);
        long[] entries = state.longs("predictions.entries");
        for (int i = 0; i < entries.length; i += FIELDS + store.words) {
            if (entries[i] >= store.next - capacity) {
                int slot = (int) (entries[i] % capacity);
                store.insert(slot, entries[i + 1], entries[i + 2], entries[i + 3]);
                System.arraycopy(
                        entries, i + FIELDS, store.teachers, slot * store.words, store.words);
            }
        }
        return store;
    }
}
