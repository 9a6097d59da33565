package io.decant.trainer.learn;

import io.decant.model.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Stands for a sample id in the trainer's memory: the first 128 bits of the SHA-256 of its UTF-8
 * bytes, so that a stored prediction has a fixed size and two ids never meet in practice.
 * <i>Immutable.</i>
 */
public record SampleKey(long high, long low) {
    public static SampleKey of(String sampleId) {
        ByteBuffer digest = ByteBuffer.wrap(Sha256.of(sampleId.getBytes(StandardCharsets.UTF_8)));
        return new SampleKey(digest.getLong(), digest.getLong());
    }

    /**
     * A number in [0, 1) that only seed and sample decide (SplitMix64's finaliser; Steele, Lea and
     * Flood, OOPSLA 2014, over the key's bits).
     */
    public double uniform(long seed) {
        long z = low + seed * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
    }
}
