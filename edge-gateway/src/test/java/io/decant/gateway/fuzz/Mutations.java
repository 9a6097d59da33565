package io.decant.gateway.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Spoils bytes in ways that decoders stumble over. <i>Owned by one test.</i> */
public final class Mutations {
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        127,
        128,
        255,
        0x7fff,
        0xffff,
        1 << 20,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xffff_ffffL,
        1L << 40,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private final Random random;

    public Mutations(long seed) {
        random = new Random(seed);
    }

    /** A spoilt copy; one to four changes. */
    public byte[] of(byte[] whole) {
        byte[] bytes = whole.clone();
        for (int left = 1 + random.nextInt(4); left > 0 && bytes.length > 0; left--) {
            bytes = once(bytes);
        }
        return bytes;
    }

    private byte[] once(byte[] bytes) {
        int at = place(bytes.length);
        switch (random.nextInt(8)) {
            case 0:
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                return bytes;
            case 1:
                bytes[at] = (byte) random.nextInt(256);
                return bytes;
            case 2:
                return Arrays.copyOf(bytes, at);
            case 3:
                return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(40));
            case 4:
                return number(bytes, at);
            case 5:
                return varint(bytes, at);
            case 6:
                return without(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(16)));
            default:
                int from = place(bytes.length);
                int length = Math.min(random.nextInt(32), bytes.length - Math.max(at, from));
                System.arraycopy(bytes, from, bytes, at, length);
                return bytes;
        }
    }

    /** Headers, where lengths and counts stand, more often than the rest. */
    private int place(int length) {
        return random.nextBoolean() ? random.nextInt(Math.min(length, 64)) : random.nextInt(length);
    }

    private byte[] number(byte[] bytes, int at) {
        int size = random.nextBoolean() ? Integer.BYTES : Long.BYTES;
        if (at + size <= bytes.length) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            buffer.order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            long number = NUMBERS[random.nextInt(NUMBERS.length)];
            if (size == Integer.BYTES) {
                buffer.putInt(at, (int) number);
            } else {
                buffer.putLong(at, number);
            }
        }
        return bytes;
    }

    /** Avro's numbers: zigzag, seven bits in each byte. */
    private byte[] varint(byte[] bytes, int at) {
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        long zigzag = number << 1 ^ number >> 63;
        ByteBuffer out = ByteBuffer.allocate(bytes.length + 10);
        out.put(bytes, 0, at);
        for (; (zigzag & ~0x7fL) != 0; zigzag >>>= 7) {
            out.put((byte) (zigzag & 0x7f | 0x80));
        }
        out.put((byte) zigzag).put(bytes, at + 1, bytes.length - at - 1);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static byte[] without(byte[] bytes, int from, int to) {
        byte[] rest = new byte[bytes.length - (to - from)];
        System.arraycopy(bytes, 0, rest, 0, from);
        System.arraycopy(bytes, to, rest, from, bytes.length - to);
        return rest;
    }
}
