package io.decant.trainer.publish;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts bytes into pieces that fit a Kafka record with default limits. <i>Thread-safe: all methods
 * are pure.</i>
 */
public final class Chunks {
    /** Largest piece, bytes. */
    public static final int MAX_BYTES = 900_000;

    private Chunks() {}

    /** Views of the bytes, in order; one empty piece for no bytes. */
    public static List<ByteBuffer> of(byte[] bytes) {
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int from = 0; from < bytes.length || pieces.isEmpty(); from += MAX_BYTES) {
            pieces.add(
                    ByteBuffer.wrap(bytes, from, Math.min(MAX_BYTES, bytes.length - from)).slice());
        }
        return pieces;
    }
}
