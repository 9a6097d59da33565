package io.decant.model.random;

/**
 * SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014)
 * by position: any output can be computed without its predecessors, so randomness is a function of
 * seed and counter and needs no state. <i>Thread-safe.</i>
 */
public final class SplitMix64 {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private SplitMix64() {}

    /** Output number {@code index}, from 0, of the generator started at {@code seed}. */
    public static long at(long seed, long index) {
        long z = seed + (index + 1) * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Output number {@code index} as a double, uniform in [0, 1). */
    public static double unit(long seed, long index) {
        return (at(seed, index) >>> 11) * 0x1.0p-53;
    }
}
