package io.decant.gateway.feedback;

import java.util.concurrent.atomic.LongAdder;

/** What became of served inputs that were chosen as samples. <i>Thread-safe.</i> */
public final class FeedbackCounters {
    final LongAdder offered = new LongAdder();
    final LongAdder sent = new LongAdder();
    final LongAdder dropped = new LongAdder();

    /**
     * Counts at one moment; what is neither sent nor dropped is on its way.
     *
     * @param offered inputs chosen
     * @param sent those that the broker has confirmed
     * @param dropped those beyond {@code max-per-second} or the queue, and those that could not be
     *     sent
     */
    public record Snapshot(long offered, long sent, long dropped) {}

    public Snapshot snapshot() {
        return new Snapshot(offered.sum(), sent.sum(), dropped.sum());
    }
}
