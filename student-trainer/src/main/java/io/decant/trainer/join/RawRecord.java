package io.decant.trainer.join;

import java.nio.ByteBuffer;

/**
 * A record as it stood in its topic, kept until it is used. <i>Immutable as long as nobody writes
 * to {@code value}; the join never does.</i>
 *
 * @param offset where it was read, in the join's own partition of its topic
 * @param timestampMillis the record's timestamp, milliseconds since 1970-01-01T00:00Z
 * @param value the record's value in the wire format
 */
record RawRecord(long offset, long timestampMillis, ByteBuffer value) {}
