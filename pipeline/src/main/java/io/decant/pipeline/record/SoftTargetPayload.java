package io.decant.pipeline.record;

import io.decant.records.Encoding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes and reads the numbers of a soft target: temperature-softened logits z/T, [C].
 *
 * <p>F32 is exact. F16 holds each value as binary16: a value v is off by at most 2⁻¹¹ |v|, or 2⁻²⁵
 * where |v| is under 2⁻¹⁴; values beyond ±65504 are refused. I8 is affine per record: two binary16
 * numbers, scale s and minimum m, then C unsigned bytes q, with z/T ≈ m + s q. The bytes are chosen
 * against the rounded s and m, so each value is off by at most s/2. For p = softmax(z/T) and p̂
 * that of the decoded values, with errors δ in an interval of length s, KL(p‖p̂) = ln E_p[e^δ] −
 * E_p[δ] ≤ s²/8 nats (Hoeffding's lemma): 1e-4 for values that span 7. Payload: C + 4 bytes. I8
 * cannot hold values under −65504. By the same lemma F16, whose errors lie in an interval of length
 * 2⁻¹⁰ M for values up to M, loses at most (2⁻¹¹ M)²/2 nats: 6e-6 for logits up to 7. {@link
 * TopPayload} and {@link SampledPayload} hold some classes only.
 *
 * <p><i>Thread-safe: all methods are pure.</i>
 */
public final class SoftTargetPayload {
    private SoftTargetPayload() {}

    /** Greatest value of an unsigned byte. */
    private static final int LEVELS = 255;

    /** Greatest number of classes of the encodings that name classes: an index is two bytes. */
    public static final int MAX_SPARSE_CLASSES = 1 << 16;

    /**
     * Encodes softened logits.
     *
     * @param softened z/T, [C], finite, at least one
     * @param encoding F32, F16 or I8
     * @throws IllegalArgumentException if a value is not finite or the encoding cannot hold it
     */
    public static byte[] encode(float[] softened, Encoding encoding) {
        requireFinite(softened);
        return switch (encoding) {
            case F32 -> {
                ByteBuffer out =
                        ByteBuffer.allocate(4 * softened.length).order(ByteOrder.LITTLE_ENDIAN);
                out.asFloatBuffer().put(softened);
                yield out.array();
            }
            case F16 -> encodeHalves(softened);
            case I8 -> encodeAffine(softened);
            default ->
                    throw new IllegalArgumentException(
                            "all classes are written as F32, F16 or I8, was " + encoding);
        };
    }

    private static void requireFinite(float[] softened) {
        for (int i = 0; i < softened.length; i++) {
            if (!Float.isFinite(softened[i])) {
                throw new IllegalArgumentException(
                        "logit " + i + " is " + softened[i] + "; expected finite logits");
            }
        }
    }

    /** What the encodings that name classes need of logits. */
    static void requireSparse(float[] softened) {
        requireSparse(softened.length);
        requireFinite(softened);
    }

    static void requireSparse(int classes) {
        if (classes < 1 || classes > MAX_SPARSE_CLASSES) {
            throw new IllegalArgumentException(
                    classes
                            + " classes cannot be named by two bytes; expected 1 to "
                            + MAX_SPARSE_CLASSES
                            + ", or F32, F16 or I8");
        }
    }

    private static byte[] encodeHalves(float[] softened) {
        ByteBuffer out =
                ByteBuffer.allocate(Short.BYTES * softened.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < softened.length; i++) {
            if (Math.abs(softened[i]) > Float16.MAX) {
                throw new IllegalArgumentException(
                        "logit "
                                + i
                                + " is "
                                + softened[i]
                                + " after softening and cannot be written as F16, which ends at 65504; write it as F32");
            }
            out.putShort(Float16.of(softened[i]));
        }
        return out.array();
    }

    private static byte[] encodeAffine(float[] softened) {
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (float value : softened) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        // The reader uses the rounded minimum and scale, so the bytes are chosen against those.
        short minimum = floor16(low);
        float base = Float16.toFloat(minimum);
        float exactStep = (high - base) / LEVELS;
        if (low < -Float16.MAX || exactStep > Float16.MAX) {
            throw new IllegalArgumentException(
                    "logits from "
                            + low
                            + " to "
                            + high
                            + " cannot be written as I8, whose minimum and scale are binary16; write them as F32");
        }
        short scale = ceil16(exactStep);
        float step = Float16.toFloat(scale);
        ByteBuffer out = ByteBuffer.allocate(4 + softened.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putShort(scale).putShort(minimum);
        for (float value : softened) {
            int q = step == 0 ? 0 : Math.round((value - base) / step);
            out.put((byte) Math.max(0, Math.min(LEVELS, q)));
        }
        return out.array();
    }

    /** A binary16 not above the value, so that no byte would have to be negative. */
    private static short floor16(float value) {
        short half = Float16.of(Math.min(Float16.MAX, value));
        if (Float16.toFloat(half) <= value) {
            return half;
        }
        // Next towards minus infinity.
        return (short) (half == 0 ? 0x8001 : (half & 0x8000) != 0 ? half + 1 : half - 1);
    }

    /**
     * A binary16 not below the value (which is not negative), so that no byte would have to exceed
     * 255.
     */
    private static short ceil16(float value) {
        short half = Float16.of(value);
        return (short) (Float16.toFloat(half) >= value ? half : half + 1);
    }

    /**
     * Most classes that a payload of so many bytes can be about: what a reader allocates for a
     * count that may be false.
     */
    public static int mostClasses(Encoding encoding, int bytes) {
        return switch (encoding) {
            case TOPK_F16, SAMPLED -> MAX_SPARSE_CLASSES;
            default -> bytes;
        };
    }

    /**
     * Decodes softened logits.
     *
     * @param softened filled with z/T, up to a term that all classes share; its length is the class
     *     count
     * @throws IllegalArgumentException if the payload has not the size that encoding and class
     *     count say, or holds what its encoding cannot
     */
    public static void decode(ByteBuffer payload, Encoding encoding, float[] softened) {
        ByteBuffer in = payload.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        switch (encoding) {
            case F32 -> {
                requireSize(in, 4 * softened.length, encoding, softened.length);
                in.asFloatBuffer().get(softened);
            }
            case F16 -> decodeHalves(in, softened);
            case I8 -> decodeAffine(in, softened);
            case TOPK_F16 -> TopPayload.decode(in, softened);
            case SAMPLED -> SampledPayload.decode(in, softened);
            case UNKNOWN ->
                    throw new IllegalArgumentException(
                            "the encoding is not known to this version; update this reader");
        }
        for (float value : softened) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(
                        "the payload holds NaN or an infinite number; expected finite logits");
            }
        }
    }

    private static void requireSize(ByteBuffer in, int expected, Encoding encoding, int classes) {
        if (in.remaining() != expected) {
            throw new IllegalArgumentException(
                    "the payload has "
                            + in.remaining()
                            + " bytes; expected "
                            + expected
                            + " for "
                            + classes
                            + " classes as "
                            + encoding);
        }
    }

    private static void decodeHalves(ByteBuffer in, float[] softened) {
        requireSize(in, Short.BYTES * softened.length, Encoding.F16, softened.length);
        for (int i = 0; i < softened.length; i++) {
            softened[i] = Float16.toFloat(in.getShort());
        }
    }

    private static void decodeAffine(ByteBuffer in, float[] softened) {
        requireSize(in, 4 + softened.length, Encoding.I8, softened.length);
        float scale = Float16.toFloat(in.getShort());
        float minimum = Float16.toFloat(in.getShort());
        for (int i = 0; i < softened.length; i++) {
            softened[i] = minimum + scale * (in.get() & 0xff);
        }
    }

    /** Reads a class index, which must be above the one before. */
    static int nextClass(ByteBuffer in, int previous, int classes) {
        int index = in.getShort() & 0xffff;
        if (index <= previous || index >= classes) {
            throw new IllegalArgumentException(
                    "the payload names class "
                            + index
                            + " after class "
                            + previous
                            + "; expected increasing indices below "
                            + classes);
        }
        return index;
    }
}
