package io.decant.model.checkpoint;

import io.decant.model.number.Float16;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What a version adds to its parent: some weights' differences as binary16, and how the result is
 * rounded. A trainer takes the greatest differences to what it wants to publish and leaves the rest
 * for later versions, so nothing is lost: error feedback, after Stich et al., "Sparsified SGD with
 * Memory" (2018), section 2.
 *
 * <p>Encoded: {@code DLT1}, rounding (1 byte), number of parameters, number of entries, lengths of
 * three planes (4 bytes each, little-endian), then the planes, each compressed with Huffman codes
 * alone ({@link Planes}): the gaps between indices (255 stands for 255 and more to come), the upper
 * bytes of the values (sign, exponent), the lower bytes. <i>Immutable, as its arrays are not
 * shared.</i>
 */
public final class Delta {
    private static final int MAGIC = 'D' | 'L' << 8 | 'T' << 16 | '1' << 24;
    private static final int HEADER_BYTES = 25;
    private static final int MORE = 255;

    private final AnchorEncoding rounding;
    private final int parameters;
    private final int[] indices;
    private final short[] values;

    private Delta(AnchorEncoding rounding, int parameters, int[] indices, short[] values) {
        this.rounding = rounding;
        this.parameters = parameters;
        this.indices = indices;
        this.values = values;
    }

    /**
     * The entries of greatest magnitude of {@code target − base}; of equal ones the first.
     *
     * @param base what readers have, [parameters]
     * @param target what they should have, [parameters]
     * @param entries most entries, 1 to parameters
     * @param rounding applied after adding; F32 is none
     */
    public static Delta between(
            float[] base, float[] target, int entries, AnchorEncoding rounding) {
        int[] magnitudes = new int[base.length];
        for (int i = 0; i < base.length; i++) {
            // As integers, magnitudes have the order of the numbers, and NaN is the greatest.
            magnitudes[i] = Float.floatToIntBits(target[i] - base[i]) & Integer.MAX_VALUE;
        }
        int threshold = kthGreatest(magnitudes, entries);
        int above = 0;
        for (int magnitude : magnitudes) {
            above += magnitude > threshold ? 1 : 0;
        }
        int ties = entries - above;
        int[] indices = new int[entries];
        short[] values = new short[entries];
        int count = 0;
        for (int i = 0; i < base.length; i++) {
            if (magnitudes[i] > threshold || (magnitudes[i] == threshold && ties-- > 0)) {
                short value = AnchorEncoding.half(target[i] - base[i]);
                if ((value & 0x7fff) != 0) {
                    indices[count] = i;
                    values[count++] = value;
                }
            }
        }
        return new Delta(
                rounding, base.length, Arrays.copyOf(indices, count), Arrays.copyOf(values, count));
    }

    /** By counting 16 bits at a time: linear, and the same on every machine. */
    private static int kthGreatest(int[] magnitudes, int k) {
        int[] upper = new int[1 << 15];
        for (int magnitude : magnitudes) {
            upper[magnitude >>> 16]++;
        }
        int left = k;
        int high = upper.length - 1;
        while (left > upper[high]) {
            left -= upper[high--];
        }
        int[] lower = new int[1 << 16];
        for (int magnitude : magnitudes) {
            if (magnitude >>> 16 == high) {
                lower[magnitude & 0xffff]++;
            }
        }
        int low = lower.length - 1;
        while (left > lower[low]) {
            left -= lower[low--];
        }
        return high << 16 | low;
    }

    /**
     * Adds to a base, in place, and rounds.
     *
     * @param weights of the parent version, [parameters]; of this one afterwards
     * @throws InvalidModelException when the base has another number of parameters
     */
    public void addTo(ModelSpec spec, float[] weights) {
        if (weights.length != parameters) {
            throw new InvalidModelException(
                    "delta: it is for "
                            + parameters
                            + " parameters, the model has "
                            + weights.length);
        }
        for (int i = 0; i < indices.length; i++) {
            weights[indices[i]] += Float16.toFloat(values[i]);
        }
        rounding.round(spec, weights);
    }

    /** No delta of so many entries is larger. */
    static long mostBytes(int entries, int parameters) {
        long gaps = (long) entries + parameters / MORE + 1;
        return HEADER_BYTES + Planes.mostBytes(gaps) + 2 * Planes.mostBytes(entries);
    }

    /** Entries that it changes. */
    public int entries() {
        return indices.length;
    }

    /** The same delta always gives the same bytes on one Java release. */
    public byte[] toBytes() {
        byte[] gaps = new byte[indices.length + parameters / MORE + 1];
        byte[] upper = new byte[indices.length];
        byte[] lower = new byte[indices.length];
        int length = 0;
        int next = 0;
        for (int i = 0; i < indices.length; i++) {
            int gap = indices[i] - next;
            for (; gap >= MORE; gap -= MORE) {
                gaps[length++] = (byte) MORE;
            }
            gaps[length++] = (byte) gap;
            next = indices[i] + 1;
            upper[i] = (byte) (values[i] >> 8);
            lower[i] = (byte) values[i];
        }
        byte[][] planes = {
            Planes.compress(Arrays.copyOf(gaps, length)),
            Planes.compress(upper),
            Planes.compress(lower)
        };
        int bytes = HEADER_BYTES;
        for (byte[] plane : planes) {
            bytes += plane.length;
        }
        ByteBuffer file = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(MAGIC).put((byte) rounding.ordinal()).putInt(parameters);
        file.putInt(indices.length);
        for (byte[] plane : planes) {
            file.putInt(plane.length);
        }
        for (byte[] plane : planes) {
            file.put(plane);
        }
        return file.array();
    }

    /**
     * Reads what {@link #toBytes} wrote. Nothing is allocated before its size was checked.
     *
     * @param parameters that the model has
     * @throws InvalidModelException when the bytes are damaged or for another number of parameters
     */
    public static Delta decode(byte[] bytes, int parameters) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER_BYTES || file.getInt() != MAGIC) {
            throw new InvalidModelException("delta: the bytes do not begin with DLT1");
        }
        int rounding = file.get();
        int declared = file.getInt();
        int entries = file.getInt();
        int[] lengths = {file.getInt(), file.getInt(), file.getInt()};
        if (rounding < 0 || rounding >= AnchorEncoding.values().length) {
            throw new InvalidModelException("delta: its rounding " + rounding + " is not known");
        }
        if (declared != parameters) {
            throw new InvalidModelException(
                    "delta: it is for " + declared + " parameters, the model has " + parameters);
        }
        if (entries < 0 || entries > parameters) {
            throw new InvalidModelException(
                    "delta: entries must be 0 to " + parameters + ", were " + entries);
        }
        long expected = HEADER_BYTES;
        for (int length : lengths) {
            expected += Integer.toUnsignedLong(length);
        }
        if (expected != bytes.length) {
            throw new InvalidModelException(
                    "delta: its planes end at " + expected + ", the file has " + bytes.length);
        }
        int at = HEADER_BYTES;
        byte[] gaps = Planes.expand(bytes, at, lengths[0], entries + parameters / MORE + 1);
        at += lengths[0];
        byte[] upper = Planes.expand(bytes, at, lengths[1], entries);
        at += lengths[1];
        byte[] lower = Planes.expand(bytes, at, lengths[2], entries);
        if (upper.length != entries || lower.length != entries) {
            throw new InvalidModelException(
                    "delta: it announces "
                            + entries
                            + " entries and holds "
                            + Math.min(upper.length, lower.length));
        }
        short[] values = new short[entries];
        for (int i = 0; i < entries; i++) {
            values[i] = (short) (upper[i] << 8 | lower[i] & 0xff);
        }
        return new Delta(
                AnchorEncoding.values()[rounding],
                parameters,
                indices(gaps, entries, parameters),
                values);
    }

    private static int[] indices(byte[] gaps, int entries, int parameters) {
        int[] indices = new int[entries];
        int next = 0;
        int count = 0;
        for (byte gap : gaps) {
            next += gap & 0xff;
            if ((gap & 0xff) < MORE) {
                if (count == entries || next >= parameters) {
                    throw new InvalidModelException(
                            "delta: its gaps lead past "
                                    + entries
                                    + " entries or "
                                    + parameters
                                    + " parameters");
                }
                indices[count++] = next++;
            }
        }
        if (count != entries) {
            throw new InvalidModelException(
                    "delta: it announces " + entries + " entries and has gaps for " + count);
        }
        return indices;
    }
}
