package io.decant.trainer.join;

import java.time.Duration;

/**
 * When the store is swept, and where the next turn goes on. A pass looks at every state once, some
 * in each turn; states have no second index by age. The next pass begins when the oldest state that
 * was left can be over, but not before a tenth of the window has passed, so that a state outlives
 * its window by little and a quiet store costs nothing. All times are stream time in milliseconds.
 * <i>Owned by one thread.</i>
 */
final class SweepPlan {
    private static final int PASSES_IN_A_WINDOW = 10;

    private final long windowMillis;
    private long nextPassMillis = Long.MIN_VALUE;
    private long passBeganMillis;
    private long oldestMillis;
    private byte[] cursor;

    SweepPlan(Duration window) {
        windowMillis = window.toMillis();
    }

    /** Whether a turn is worth its work. */
    boolean due(long now) {
        return cursor != null || (now != Long.MIN_VALUE && now >= nextPassMillis);
    }

    /** Begins a turn: the first key to look at, or null for the first of the store. */
    byte[] turn(long now) {
        if (cursor == null) {
            passBeganMillis = now;
            oldestMillis = now;
        }
        return cursor;
    }

    /** A state was looked at and stays. */
    void stays(long sinceMillis) {
        oldestMillis = Math.min(oldestMillis, sinceMillis);
    }

    /** The turn was full; the next one begins with this key. */
    void goOnAt(byte[] key) {
        cursor = key;
    }

    /** The pass has seen the whole store. */
    void passEnded() {
        cursor = null;
        nextPassMillis =
                Math.max(
                        oldestMillis + windowMillis,
                        passBeganMillis + windowMillis / PASSES_IN_A_WINDOW);
    }
}
