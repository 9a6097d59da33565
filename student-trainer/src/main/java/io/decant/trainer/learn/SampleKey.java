package io.decant.trainer.learn;

import io.decant.model.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

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
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException when it is not 32 hexadecimal digits
     */
    public static SampleKey parse(String text) {
        if (!text.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException(
                    "a sample's key must be 32 hexadecimal digits in lower case, was '"
                            + text
                            + "'");
        }
        return new SampleKey(
                Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16));
    }

    /** 32 hexadecimal digits: the first 16 bytes of {@code sha256sum} over the id. */
    public String text() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
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
