package io.decant.trainer.learn;

import java.nio.ByteBuffer;

/**
 * Consecutive records of one journal partition, in the order in which they were taken in.
 * <i>Immutable.</i>
 *
 * @param partition journal partition
 * @param first offset of the first record
 * @param last offset of the last record
 * @param records committed data records delivered
 * @param hash SHA-256 over keys and values, each after its length as a big-endian 32-bit integer,
 *     -1 for null; read-only
 */
public record Span(int partition, long first, long last, long records, ByteBuffer hash) {
    public Span {
        hash = hash.asReadOnlyBuffer();
    }
}
