package io.decant.gateway.guard;

import java.util.concurrent.atomic.LongAdder;

/** What the guard has done since the gateway's start. <i>Thread-safe.</i> */
public final class GuardCounters {
    final LongAdder trials = new LongAdder();
    final LongAdder rolledBack = new LongAdder();
    final LongAdder compared = new LongAdder();
    final LongAdder sure = new LongAdder();
    final LongAdder changed = new LongAdder();
    final LongAdder dropped = new LongAdder();

    /**
     * Counts at one moment.
     *
     * @param trials shadow trials begun
     * @param rolledBack versions that were served and taken back
     * @param compared answers compared, in trials and watches
     * @param sure those where the reference was sure of its class
     * @param changed those of the sure ones where the class differed
     * @param dropped requests that were sampled for comparison and did not fit the queue
     */
    public record Snapshot(
            long trials, long rolledBack, long compared, long sure, long changed, long dropped) {}

    public Snapshot snapshot() {
        return new Snapshot(
                trials.sum(),
                rolledBack.sum(),
                compared.sum(),
                sure.sum(),
                changed.sum(),
                dropped.sum());
    }
}
