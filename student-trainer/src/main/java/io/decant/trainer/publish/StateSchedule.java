package io.decant.trainer.publish;

import java.util.Optional;

/**
 * Decides with which versions the state is written, and into which slot. Small states are written
 * with every version. Large ones are written now and then, and recovery learns what follows again.
 * Some are kept, so that replay need not begin at genesis. <i>Immutable.</i>
 *
 * @param everyUpToBytes a state up to this size is written with every version
 * @param largeEvery a larger one with every version that this divides
 * @param keepEvery versions that this divides keep their state
 */
public record StateSchedule(long everyUpToBytes, long largeEvery, long keepEvery) {
    /**
     * Slots of the ring: with one publish under way at a time, the last committed state and the one
     * before it are never overwritten.
     */
    static final int RING = 3;

    private static final String KEPT = "kept-";

    /** States of one age class that are kept; see {@link #isKept}. */
    private static final long KEPT_OF_A_CLASS = 10;

    /**
     * The slot that a version's state is written into; empty when it is not written.
     *
     * @param finished the last state of a finite stream is always written
     */
    Optional<String> slot(long version, long bytes, boolean finished) {
        if (version % keepEvery == 0) {
            return Optional.of(KEPT + version);
        } else if (bytes <= everyUpToBytes) {
            return Optional.of(Long.toString(version % RING));
        } else if (finished || version % largeEvery == 0) {
            return Optional.of(Long.toString(version / largeEvery % RING));
        }
        return Optional.empty();
    }

    /** Whether a state in this slot is kept for replay; others are overwritten in turn. */
    public static boolean isKeptSlot(String slot) {
        return slot.startsWith(KEPT);
    }

    /**
     * Whether a state that was kept still is. States are thinned with age: of those at multiples of
     * {@code keepEvery} the newest 10 stay, of those at multiples of ten times that the newest 10,
     * and so on, so their number grows with the logarithm of the versions.
     */
    boolean isKept(long version, long newest) {
        for (long step = keepEvery; version % step == 0 && step <= newest; step *= 10) {
            if (newest - version < KEPT_OF_A_CLASS * step) {
                return true;
            }
        }
        return false;
    }
}
