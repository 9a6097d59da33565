package io.decant.trainer.journal;

/**
 * A committed data record of the journal, as its bytes. <i>Immutable, as long as nobody writes to
 * the arrays.</i>
 *
 * @param partition journal partition
 * @param offset in that partition
 * @param timestampMillis as in the log, milliseconds since 1970-01-01T00:00Z
 * @param key as in the log; null if it has none
 * @param value as in the log; null if it has none
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier: never compared.
public record JournalRecord(
        int partition, long offset, long timestampMillis, byte[] key, byte[] value) {}
