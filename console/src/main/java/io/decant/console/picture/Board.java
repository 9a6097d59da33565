package io.decant.console.picture;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rows by key, at most so many, and what changed since somebody last asked. A reader that applies
 * every {@link Change} in order has the same rows. <i>Owned by its picture.</i>
 */
final class Board<R> {
    private final int capacity;
    private final Overflow overflow;
    private final Map<String, R> rows = new LinkedHashMap<>();
    private final Set<String> put = new LinkedHashSet<>();
    private final Set<String> dropped = new LinkedHashSet<>();

    /** What is done when there is one row too many. */
    enum Overflow {
        /** The row that changed least recently goes. */
        OLDEST_OUT,
        /**
         * Of the older half every second row goes, never the first: the past is kept, coarser with
         * age.
         */
        THIN
    }

    /**
     * What became of a board.
     *
     * @param put rows that are new or another now, by key
     * @param drop keys of rows that are gone; applied first
     */
    public record Change<R>(Map<String, R> put, List<String> drop) {}

    /**
     * @param capacity rows at most, at least 4
     */
    Board(int capacity, Overflow overflow) {
        this.capacity = capacity;
        this.overflow = overflow;
    }

    /** The row of a key; null when there is none. */
    R get(String key) {
        return rows.get(key);
    }

    boolean isFull() {
        return rows.size() >= capacity;
    }

    /** Puts a row in the place of an earlier one; a row that changes moves to the end. */
    void put(String key, R row) {
        if (row.equals(rows.remove(key))) {
            rows.put(key, row);
            return;
        }
        rows.put(key, row);
        put.remove(key);
        put.add(key);
        dropped.remove(key);
        if (rows.size() > capacity) {
            shrink();
        }
    }

    void drop(String key) {
        if (rows.remove(key) != null) {
            forget(key);
        }
    }

    private void forget(String key) {
        put.remove(key);
        dropped.add(key);
    }

    private void shrink() {
        List<String> keys = List.copyOf(rows.keySet());
        if (overflow == Overflow.OLDEST_OUT) {
            drop(keys.get(0));
            return;
        }
        for (int i = 1; i < keys.size() / 2; i += 2) {
            drop(keys.get(i));
        }
    }

    boolean isChanged() {
        return !put.isEmpty() || !dropped.isEmpty();
    }

    /** What changed since the last call. */
    Change<R> drain() {
        Map<String, R> changed = new LinkedHashMap<>();
        put.forEach(key -> changed.put(key, rows.get(key)));
        Change<R> change = new Change<>(changed, List.copyOf(dropped));
        put.clear();
        dropped.clear();
        return change;
    }

    /** All rows, as a change of a board that was empty. */
    Change<R> all() {
        return new Change<>(new LinkedHashMap<>(rows), List.of());
    }
}
