package io.decant.pipeline.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * How often each class was drawn from softmax(z/T) in N independent draws (SAMPLED; Anshumann and
 * others, "Sparse Logit Sampling", ACL 2025): for each class that was, in increasing order, its
 * index as a little-endian unsigned short and its count as an unsigned byte. Payload: 3 bytes for
 * each of at most min(N, C) classes.
 *
 * <p>p̂ = counts/N is unbiased: E[p̂] = p, so the expected gradient of the teacher term is that of
 * the whole answer; the variance of p̂ is p (1 − p)/N a class. Decoded values are log p̂, and
 * {@value #FLOOR} where nothing was drawn: e⁻¹²⁸ is 0 in binary32, so softmax of them is p̂ with
 * exact zeros, while loss and gradient stay finite.
 *
 * <p>Draws are of one temperature: they cannot be softened again, so they teach only trainers of
 * the same T. <i>Thread-safe: all methods are pure.</i>
 */
public final class SampledPayload {
    /** Greatest number of draws: a count is one byte. */
    public static final int MAX_DRAWS = 255;

    /** Decoded value of a class that was not drawn. */
    public static final float FLOOR = -128;

    private static final int ENTRY_BYTES = 3;

    private SampledPayload() {}

    /**
     * Encodes draws.
     *
     * @param counts how often each class was drawn, [C], at least 0, with a sum of 1 to {@value
     *     #MAX_DRAWS}
     */
    public static byte[] encode(int[] counts) {
        SoftTargetPayload.requireSparse(counts.length);
        int drawn = 0;
        long draws = 0;
        for (int count : counts) {
            drawn += count > 0 ? 1 : 0;
            draws += count >= 0 ? count : Integer.MAX_VALUE;
        }
        requireDraws(draws);
        ByteBuffer out = ByteBuffer.allocate(ENTRY_BYTES * drawn).order(ByteOrder.LITTLE_ENDIAN);
        for (int c = 0; c < counts.length; c++) {
            if (counts[c] > 0) {
                out.putShort((short) c).put((byte) counts[c]);
            }
        }
        return out.array();
    }

    private static void requireDraws(long draws) {
        if (draws < 1 || draws > MAX_DRAWS) {
            throw new IllegalArgumentException(
                    "the counts sum to " + draws + " draws; expected 1 to " + MAX_DRAWS);
        }
    }

    /** Decodes into {@code softened}, [C]: log p̂, or the floor. */
    static void decode(ByteBuffer in, float[] softened) {
        int drawn = in.remaining() / ENTRY_BYTES;
        if (drawn < 1 || drawn > softened.length || in.remaining() != ENTRY_BYTES * drawn) {
            throw new IllegalArgumentException(
                    "the payload has "
                            + in.remaining()
                            + " bytes; expected 3 for each drawn one of "
                            + softened.length
                            + " classes as SAMPLED");
        }
        Arrays.fill(softened, FLOOR);
        int draws = 0;
        int previous = -1;
        for (int i = 0; i < drawn; i++) {
            previous = SoftTargetPayload.nextClass(in, previous, softened.length);
            int count = in.get() & 0xff;
            if (count == 0) {
                throw new IllegalArgumentException(
                        "the payload names class "
                                + previous
                                + " with a count of 0; expected drawn classes only");
            }
            draws += count;
            softened[previous] = count;
        }
        requireDraws(draws);
        for (int c = 0; c < softened.length; c++) {
            if (softened[c] != FLOOR) {
                softened[c] = (float) StrictMath.log(softened[c] / (double) draws);
            }
        }
    }
}
