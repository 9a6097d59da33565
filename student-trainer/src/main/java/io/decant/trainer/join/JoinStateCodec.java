package io.decant.trainer.join;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a {@link JoinState} as the bytes that are logged to Kafka, and reads it back.
 *
 * <pre>
 * byte     format version, 1
 * byte     1 = waiting, 2 = joined, 3 = skipped; + 4 when a label follows; + 8 when that label is
 *          a distribution; + 16 when the label and + 32 when teachers are no longer waited for
 * number   sinceMillis
 * waiting: number of soft targets, then each; [label]      each: offset, timestamp, length, bytes
 * joined:  partition, offset, 8 bytes feature hash, class count, number of teachers, 4 bytes each,
 *          [4 bytes label]
 * skipped: partition, offset, 8 bytes feature hash
 * </pre>
 *
 * Numbers are zigzag variable-length integers as in Avro and Protocol Buffers; fixed ones are
 * big-endian. A joined state takes about 30 bytes. <i>Thread-safe: all methods are pure.</i>
 */
final class JoinStateCodec {
    private static final byte FORMAT = 1;
    private static final int WAITING = 1;
    private static final int JOINED = 2;
    private static final int SKIPPED = 3;
    private static final int KIND = 3;
    private static final int LABEL = 4;
    private static final int DISTRIBUTION = 8;

    /** The first of the bits that say which wait is over, in the order of the constants. */
    private static final int OVER = 16;

    /** Longest form of one 64-bit number. */
    private static final int NUMBER_BYTES = 10;

    private JoinStateCodec() {}

    /**
     * The state's bytes.
     *
     * @return null for {@link JoinState#ABSENT}: a store forgets by null
     */
    static byte[] encode(JoinState state) {
        if (state instanceof JoinState.Waiting waiting) {
            return encode(waiting);
        } else if (state instanceof JoinState.Skipped skipped) {
            return encode(skipped);
        }
        return state instanceof JoinState.Joined joined ? encode(joined) : null;
    }

    private static byte[] encode(JoinState.Waiting waiting) {
        int size = 2 + 2 * NUMBER_BYTES + waiting.label().map(JoinStateCodec::size).orElse(0);
        for (RawRecord target : waiting.softTargets()) {
            size += size(target);
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        int flags = waiting.label().isPresent() ? WAITING | LABEL : WAITING;
        for (JoinState.Wait wait : waiting.over()) {
            flags |= OVER << wait.ordinal();
        }
        out.put(FORMAT).put((byte) flags);
        putNumber(out, waiting.sinceMillis());
        putNumber(out, waiting.softTargets().size());
        waiting.softTargets().forEach(target -> putRecord(out, target));
        waiting.label().ifPresent(label -> putRecord(out, label));
        return written(out);
    }

    private static byte[] encode(JoinState.Joined joined) {
        ByteBuffer out =
                ByteBuffer.allocate(2 + 5 * NUMBER_BYTES + 8 + 4 * joined.teachers().size() + 4);
        int label =
                joined.label().map(m -> LABEL | (m.distribution() ? DISTRIBUTION : 0)).orElse(0);
        out.put(FORMAT).put((byte) (JOINED | label));
        putNumber(out, joined.sinceMillis());
        putPosition(out, joined.sample());
        out.putLong(joined.featureHash());
        putNumber(out, joined.classCount());
        putNumber(out, joined.teachers().size());
        joined.teachers().forEach(out::putInt);
        joined.label().ifPresent(mark -> out.putInt(mark.value()));
        return written(out);
    }

    private static byte[] encode(JoinState.Skipped skipped) {
        ByteBuffer out = ByteBuffer.allocate(2 + 3 * NUMBER_BYTES + 8);
        out.put(FORMAT).put((byte) SKIPPED);
        putNumber(out, skipped.sinceMillis());
        putPosition(out, skipped.sample());
        out.putLong(skipped.featureHash());
        return written(out);
    }

    /**
     * Reads a state.
     *
     * @param bytes what {@link #encode} wrote; null is {@link JoinState#ABSENT}
     * @throws IllegalStateException if the bytes are of another format
     */
    static JoinState decode(byte[] bytes) {
        if (bytes == null) {
            return JoinState.ABSENT;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte format = in.get();
        int flags = in.get();
        if (format != FORMAT || (flags & KIND) == 0) {
            throw new IllegalStateException(
                    "the join's store holds a state of format "
                            + format
                            + " and kind "
                            + (flags & KIND)
                            + "; expected format "
                            + FORMAT
                            + " and kind 1 to 3: was it written by a newer version?");
        }
        long since = number(in);
        return switch (flags & KIND) {
            case WAITING -> waiting(in, flags, since);
            case JOINED -> joined(in, flags, since);
            default -> new JoinState.Skipped(since, position(in), in.getLong());
        };
    }

    private static JoinState waiting(ByteBuffer in, int flags, long since) {
        int count = (int) number(in);
        List<RawRecord> targets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            targets.add(record(in));
        }
        Set<JoinState.Wait> over = EnumSet.noneOf(JoinState.Wait.class);
        for (JoinState.Wait wait : JoinState.Wait.values()) {
            if ((flags & OVER << wait.ordinal()) != 0) {
                over.add(wait);
            }
        }
        Optional<RawRecord> label =
                (flags & LABEL) == 0 ? Optional.empty() : Optional.of(record(in));
        return new JoinState.Waiting(since, targets, label, over);
    }

    private static JoinState joined(ByteBuffer in, int flags, long since) {
        Position sample = position(in);
        long hash = in.getLong();
        int classes = (int) number(in);
        int count = (int) number(in);
        List<Integer> teachers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            teachers.add(in.getInt());
        }
        Optional<LabelMark> label =
                (flags & LABEL) == 0
                        ? Optional.empty()
                        : Optional.of(new LabelMark((flags & DISTRIBUTION) != 0, in.getInt()));
        return new JoinState.Joined(since, sample, hash, classes, teachers, label);
    }

    private static void putPosition(ByteBuffer out, Position at) {
        putNumber(out, at.partition());
        putNumber(out, at.offset());
    }

    private static Position position(ByteBuffer in) {
        return new Position((int) number(in), number(in));
    }

    private static int size(RawRecord record) {
        return 3 * NUMBER_BYTES + record.value().remaining();
    }

    private static void putRecord(ByteBuffer out, RawRecord record) {
        putNumber(out, record.offset());
        putNumber(out, record.timestampMillis());
        putNumber(out, record.value().remaining());
        out.put(record.value().duplicate());
    }

    private static RawRecord record(ByteBuffer in) {
        long offset = number(in);
        long timestamp = number(in);
        byte[] value = new byte[(int) number(in)];
        in.get(value);
        return new RawRecord(offset, timestamp, ByteBuffer.wrap(value));
    }

    private static void putNumber(ByteBuffer out, long value) {
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7fL) != 0) {
            out.put((byte) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static long number(ByteBuffer in) {
        long folded = 0;
        int shift = 0;
        byte next;
        do {
            next = in.get();
            folded |= (next & 0x7fL) << shift;
            shift += 7;
        } while (next < 0);
        return (folded >>> 1) ^ -(folded & 1);
    }

    private static byte[] written(ByteBuffer out) {
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }
}
