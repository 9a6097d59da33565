package io.decant.trainer.join;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What the wall clock would tell had nobody set it since the start. Records that carry this time
 * are not refused by the broker as of the future, and do not look older than they are. <i>Immutable
 * and thread-safe.</i>
 */
final class SteadyClock implements InstantSource {
    private final LongSupplier nanoTime;
    private final Instant begun;
    private final long begunNanos;

    SteadyClock(InstantSource wall, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        begun = wall.instant();
        begunNanos = nanoTime.getAsLong();
    }

    @Override
    public Instant instant() {
        return begun.plusNanos(nanoTime.getAsLong() - begunNanos);
    }
}
