package io.decant.trainer.join;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The ids of the pairs that are kept back for one reason, in the order in which their waits end. It
 * may still hold ids of pairs that have left. Times are on the wall clock, in milliseconds.
 * <i>Owned by the task's thread.</i>
 */
final class KeptBack {
    private final long waitMillis;
    private final int most;
    private final Deque<Entry> entries = new ArrayDeque<>();

    private record Entry(byte[] id, long untilMillis) {}

    /**
     * Holds nothing yet.
     *
     * @param wait how long each pair waits
     * @param most ids held, at least 1
     */
    KeptBack(Duration wait, int most) {
        waitMillis = wait.toMillis();
        this.most = most;
    }

    /** Adds a pair whose wait begins; returns the one that must leave early for it. */
    Optional<byte[]> add(byte[] id, long now) {
        entries.addLast(new Entry(id, now + waitMillis));
        return entries.size() > most ? Optional.of(entries.removeFirst().id()) : Optional.empty();
    }

    /** Adds a pair whose wait is over; nothing else may have been added. */
    void addDue(byte[] id, long now) {
        entries.addLast(new Entry(id, now));
    }

    /** Removes and returns the next pair whose wait is over. */
    Optional<byte[]> due(long now) {
        return entries.isEmpty() || entries.peekFirst().untilMillis() > now
                ? Optional.empty()
                : Optional.of(entries.removeFirst().id());
    }
}
