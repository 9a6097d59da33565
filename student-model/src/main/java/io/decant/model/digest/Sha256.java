package io.decant.model.digest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** SHA-256 in the forms that models need. <i>Thread-safe.</i> */
public final class Sha256 {
    /** Bytes of a digest that stand for it in small records. */
    public static final int PREFIX_BYTES = 8;

    private Sha256() {}

    /** Digest of the remaining bytes, 32 bytes long; the buffer's position stays. */
    public static byte[] of(ByteBuffer bytes) {
        MessageDigest digest = newDigest();
        digest.update(bytes.duplicate());
        return digest.digest();
    }

    public static byte[] of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /**
     * Digest of values as little-endian fp32: the digest of a model's weights, whatever form they
     * travelled in.
     */
    public static byte[] of(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return of(bytes);
    }

    /** First {@value #PREFIX_BYTES} bytes of a digest. */
    public static byte[] prefix(byte[] digest) {
        return Arrays.copyOf(digest, PREFIX_BYTES);
    }

    /** For content that is read in pieces. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
