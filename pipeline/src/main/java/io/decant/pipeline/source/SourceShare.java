package io.decant.pipeline.source;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * Which samples of a stream are taken: those whose id's hash under a seed falls into a share. Every
 * process with the same two numbers takes the same samples, in whatever order they come.
 * <i>Immutable.</i>
 *
 * @param share of all samples, in (0, 1]; 1 = all
 */
public record SourceShare(double share, long seed) {
    /** Every sample. */
    public static final SourceShare ALL = new SourceShare(1, 0);

    /** Whether a sample is taken, and with it its answers and labels. */
    public boolean takes(String sampleId) {
        return share >= 1 || new SplittableRandom(seed ^ hash(sampleId)).nextDouble() < share;
    }

    /** FNV-1a of the text's UTF-8 bytes, 64 bits: the same everywhere and for ever. */
    public static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }
}
