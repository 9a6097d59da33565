package io.decant.trainer.publish;

import java.time.Duration;

/**
 * Decides when a version is published. <i>Immutable.</i>
 *
 * @param interval longest time from taking a record in to publishing
 * @param pairs records that make a version due at once
 * @param lineageEntries spans and borders that make a version due at once, so that its lineage
 *     record stays small
 * @param deadLetters refused records that make a version due at once, because they wait for its
 *     transaction
 */
public record CheckpointPolicy(Duration interval, long pairs, int lineageEntries, int deadLetters) {
    /**
     * What a version published now would hold.
     *
     * @param records journal records taken in since the last version
     * @param lineageEntries spans and borders since then
     * @param deadLetters refused records since then
     * @param age time since the first of the records was taken in
     */
    public record Pending(long records, int lineageEntries, int deadLetters, Duration age) {}

    /** Whether a version is due, for whatever reason. */
    public boolean isDue(Pending pending) {
        return isFull(pending) || (pending.records() > 0 && pending.age().compareTo(interval) >= 0);
    }

    /** Whether a version is due by what it holds: no clock has a say in it. */
    public boolean isFull(Pending pending) {
        return pending.records() >= pairs
                || (pending.records() > 0
                        && (pending.lineageEntries() >= lineageEntries
                                || pending.deadLetters() >= deadLetters));
    }
}
