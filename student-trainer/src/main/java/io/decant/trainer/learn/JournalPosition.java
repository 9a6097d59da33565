package io.decant.trainer.learn;

/**
 * Where a record stands in the journal; told in events, and part of no decision. <i>Immutable.</i>
 *
 * @param partition of the journal; -1 when unknown
 * @param offset in it; -1 when unknown
 */
public record JournalPosition(int partition, long offset) {
    /** Unknown. */
    public static final JournalPosition NONE = new JournalPosition(-1, -1);
}
