package io.decant.pipeline.record;

import io.decant.records.DeadLetterReason;

/** What became of a record's bytes. */
public sealed interface Decoded<T> {
    /** The record could be read and holds what its contract says. */
    record Good<T>(T value) implements Decoded<T> {}

    /**
     * The record belongs into the dead-letter topic.
     *
     * @param detail one sentence: what was wrong, what was expected
     */
    record Bad<T>(DeadLetterReason reason, String detail) implements Decoded<T> {}
}
