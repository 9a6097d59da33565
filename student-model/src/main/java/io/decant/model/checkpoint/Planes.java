package io.decant.model.checkpoint;

import io.decant.model.spec.InvalidModelException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Compresses bytes with Huffman codes alone (RFC 1951): the planes of a delta are independent draws
 * from skewed distributions, so there is nothing to find but their frequencies. <i>Thread-safe: all
 * methods are pure.</i>
 */
final class Planes {
    private Planes() {}

    /** RFC 1951 stores what does not compress: 5 bytes for each block, and one at the end. */
    static long mostBytes(long plane) {
        return plane + plane / 1000 + 64;
    }

    static byte[] compress(byte[] plane) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setStrategy(Deflater.HUFFMAN_ONLY);
            deflater.setInput(plane);
            deflater.finish();
            byte[] out = new byte[(int) mostBytes(plane.length)];
            int length = 0;
            while (!deflater.finished()) {
                length += deflater.deflate(out, length, out.length - length);
                if (length == out.length) {
                    out = Arrays.copyOf(out, 2 * out.length);
                }
            }
            return Arrays.copyOf(out, length);
        } finally {
            deflater.end();
        }
    }

    /**
     * Reverse of {@link #compress}.
     *
     * @param atMost most bytes that the plane may have; no more are allocated
     * @throws InvalidModelException when the bytes are damaged, or would be more
     */
    static byte[] expand(byte[] file, int from, int length, int atMost) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(file, from, length);
            byte[] plane = new byte[atMost + 1];
            int filled = 0;
            while (!inflater.finished()) {
                int more = inflater.inflate(plane, filled, plane.length - filled);
                filled += more;
                if (filled > atMost) {
                    throw new InvalidModelException(
                            "delta: a plane has more than " + atMost + " bytes");
                }
                if (more == 0 && !inflater.finished()) {
                    throw new InvalidModelException("delta: a plane is truncated");
                }
            }
            if (inflater.getRemaining() > 0) {
                throw new InvalidModelException("delta: bytes follow a plane's end");
            }
            return Arrays.copyOf(plane, filled);
        } catch (DataFormatException damaged) {
            throw new InvalidModelException("delta: a plane is damaged", damaged);
        } finally {
            inflater.end();
        }
    }
}
