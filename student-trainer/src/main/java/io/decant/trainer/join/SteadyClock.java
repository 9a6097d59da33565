package io.decant.trainer.join;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The later of what the wall clock says and what it would say had nobody set it. When it is set
 * back, events of the present do not look like the future, and the journal's records are not older
 * than they are. <i>Immutable and thread-safe.</i>
 */
final class SteadyClock implements InstantSource {
    private final InstantSource wall;
    private final LongSupplier nanoTime;
    private final Instant begun;
    private final long begunNanos;

    SteadyClock(InstantSource wall, LongSupplier nanoTime) {
        this.wall = wall;
        this.nanoTime = nanoTime;
        begun = wall.instant();
        begunNanos = nanoTime.getAsLong();
    }

    @Override
    public Instant instant() {
        Instant says = wall.instant();
        Instant unset = begun.plusNanos(nanoTime.getAsLong() - begunNanos);
        return says.isBefore(unset) ? unset : says;
    }
}
