package io.decant.pipeline.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The likeliest k of C classes, and what the others weigh together (TOPK_F16): a binary16 with the
 * logarithm of the rest's mass ρ, then for each kept class, in increasing order, its index as an
 * unsigned short and log p as binary16, all little-endian; p = softmax(z/T). Payload: 2 + 4 k
 * bytes. Decoded, the others share ρ evenly, so that the kept classes are not scaled up: leaving ρ
 * out biases student and calibration when softening has moved mass to the tail.
 *
 * <p>Error. For p̂ = softmax of the decoded values, the chain rule of the divergence over "which
 * kept class, or the rest" and "which of the rest" gives KL(p‖p̂) = K + ρ (log(C − k) − H), where H
 * is the entropy of p within the rest: 0 where the rest is uniform, and at most ρ log(C − k). K
 * comes from rounding alone: a logarithm l is off by at most 2⁻¹¹ |l|, or 2⁻²⁵ under 2⁻¹⁴, so with
 * L the largest |l| that is stored the errors lie in an interval of length 2⁻¹⁰ L, and K ≤ (2⁻¹¹
 * L)²/2 nats (Hoeffding's lemma, as for I8): 6e-5 for probabilities down to 1e-10.
 *
 * <p>Logarithms under −65504, where softmax in binary32 or binary64 is 0 in any case, are written
 * as −65504: no finite logits are refused. <i>Thread-safe: all methods are pure.</i>
 */
public final class TopPayload {
    private static final int ENTRY_BYTES = 4;

    private TopPayload() {}

    /**
     * Encodes softened logits.
     *
     * @param softened z/T, [C], finite, 1 to {@value SoftTargetPayload#MAX_SPARSE_CLASSES}
     * @param k classes to keep, at least 1; all are kept when there are fewer. Of equals the first
     *     are kept
     * @throws IllegalArgumentException if a value is not finite or there are too many classes
     */
    public static byte[] encode(float[] softened, int k) {
        SoftTargetPayload.requireSparse(softened);
        if (k < 1) {
            throw new IllegalArgumentException("at least 1 class must be kept, was " + k);
        }
        int[] kept = top(softened, Math.min(k, softened.length));
        float highest = softened[kept[0]];
        for (int index : kept) {
            highest = Math.max(highest, softened[index]);
        }
        double keptMass = 0;
        double restMass = 0;
        int next = 0;
        for (int c = 0; c < softened.length; c++) {
            double mass = StrictMath.exp((double) softened[c] - highest);
            if (next < kept.length && kept[next] == c) {
                keptMass += mass;
                next++;
            } else {
                restMass += mass;
            }
        }
        double logAll = StrictMath.log(keptMass + restMass);
        ByteBuffer out =
                ByteBuffer.allocate(Short.BYTES + ENTRY_BYTES * kept.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        out.putShort(logarithm(StrictMath.log(restMass) - logAll));
        for (int index : kept) {
            out.putShort((short) index);
            out.putShort(logarithm((double) softened[index] - highest - logAll));
        }
        return out.array();
    }

    /** A logarithm of a probability; rounding must not make it positive. */
    private static short logarithm(double value) {
        return Float16.of((float) Math.max(-Float16.MAX, Math.min(0, value)));
    }

    /** Indices of the k highest values, in increasing order; the first of equals. */
    private static int[] top(float[] values, int k) {
        // A heap of the k best so far, the worst on top: higher value first, then lower index.
        long[] heap = new long[k];
        for (int i = 0; i < values.length; i++) {
            long rank = rank(values[i], i);
            if (i < k) {
                heap[i] = rank;
                if (i == k - 1) {
                    Arrays.sort(heap); // Sorted is a heap, too.
                }
            } else if (rank > heap[0]) {
                heap[0] = rank;
                sink(heap);
            }
        }
        int[] indices = new int[k];
        for (int i = 0; i < k; i++) {
            indices[i] = ~(int) heap[i];
        }
        Arrays.sort(indices);
        return indices;
    }

    /** Orders by value, then by falling index: integers that compare as the floats do. */
    private static long rank(float value, int index) {
        int bits = Float.floatToIntBits(value + 0f); // -0 and 0 are equal.
        int ordered = bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
        return (long) ordered << Integer.SIZE | (~index & 0xffff_ffffL);
    }

    private static void sink(long[] heap) {
        long moved = heap[0];
        int at = 0;
        for (int child = 1; child < heap.length; child = 2 * at + 1) {
            if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= moved) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moved;
    }

    /**
     * Decodes into {@code softened}, [C]: log p of the kept classes, the rest's share elsewhere.
     */
    static void decode(ByteBuffer in, float[] softened) {
        int classes = softened.length;
        int kept = (in.remaining() - Short.BYTES) / ENTRY_BYTES;
        if (kept < 1 || kept > classes || in.remaining() != Short.BYTES + ENTRY_BYTES * kept) {
            throw new IllegalArgumentException(
                    "the payload has "
                            + in.remaining()
                            + " bytes; expected 2 + 4 k for k of "
                            + classes
                            + " classes as TOPK_F16");
        }
        float rest = logarithm(in.getShort());
        Arrays.fill(
                softened, kept == classes ? rest : (float) (rest - StrictMath.log(classes - kept)));
        int previous = -1;
        for (int i = 0; i < kept; i++) {
            previous = SoftTargetPayload.nextClass(in, previous, classes);
            softened[previous] = logarithm(in.getShort());
        }
    }

    private static float logarithm(short half) {
        float value = Float16.toFloat(half);
        if (!(value <= 0) || value < -Float16.MAX) {
            throw new IllegalArgumentException(
                    "the payload holds "
                            + value
                            + " as the logarithm of a probability; expected -65504 to 0");
        }
        return value;
    }
}
