package io.decant.trainer.learn;

import io.decant.model.digest.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes down which journal records were taken in, in which order, and where time or a publish set
 * a border: with it, a version can be made again. Spans of successive versions tile each partition.
 * <i>Owned by the trainer's stage thread.</i>
 */
public final class SpanTracker {
    private final long[] from;
    private final long[] next;
    private final List<Span> spans = new ArrayList<>();
    private final List<Long> borders = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();
    private final MessageDigest digest = Sha256.newDigest();
    private final ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);

    private int partition = -1;
    private long first;
    private long last;
    private long recordsInSpan;
    private long records;

    /**
     * Starts after an earlier version.
     *
     * @param nextOffsets first offset not taken in, for each journal partition
     */
    public SpanTracker(List<Long> nextOffsets) {
        next = nextOffsets.stream().mapToLong(Long::longValue).toArray();
        from = next.clone();
    }

    /**
     * A committed data record was delivered; also when it turns out to be unusable.
     *
     * @throws IllegalStateException if the partition was past this offset already
     */
    public void delivered(int ofPartition, long offset, byte[] key, byte[] value) {
        if (offset < next[ofPartition]) {
            throw new IllegalStateException(
                    "offset "
                            + offset
                            + " of journal partition "
                            + ofPartition
                            + " was delivered again; expected at least "
                            + next[ofPartition]);
        }
        if (ofPartition != partition) {
            endSpan();
            partition = ofPartition;
            first = offset;
        }
        hash(key);
        hash(value);
        last = offset;
        next[ofPartition] = offset + 1;
        recordsInSpan++;
        records++;
    }

    private void hash(byte[] bytes) {
        digest.update(length.putInt(0, bytes == null ? -1 : bytes.length).array());
        if (bytes != null) {
            digest.update(bytes);
        }
    }

    private void endSpan() {
        if (recordsInSpan > 0) {
            spans.add(
                    new Span(
                            partition,
                            first,
                            last,
                            recordsInSpan,
                            ByteBuffer.wrap(digest.digest())));
            recordsInSpan = 0;
        }
        partition = -1;
    }

    /**
     * A range is gone from the journal, and the model goes on behind it. Only at the start of a
     * version.
     *
     * @param to first offset after the gap; nothing happens if the partition is there already
     * @throws IllegalStateException if the version took something in already
     */
    public void skip(int ofPartition, long to) {
        if (records > 0) {
            throw new IllegalStateException(
                    "a gap is accepted at the start of a version only, not after "
                            + records
                            + " records");
        }
        if (to > next[ofPartition]) {
            gaps.add(new Gap(ofPartition, next[ofPartition], to));
            next[ofPartition] = to;
        }
    }

    /** An open batch was closed by time or by a publish, here. */
    public void border() {
        borders.add(records);
    }

    /** Records taken in since the last version. */
    public long records() {
        return records;
    }

    /** Spans, gaps and borders since the last version: what the lineage record grows by. */
    public int entries() {
        return spans.size() + (recordsInSpan > 0 ? 1 : 0) + borders.size() + gaps.size();
    }

    /** First offset not taken in, for each journal partition. */
    public List<Long> nextOffsets() {
        return boxed(next);
    }

    /** Ends the version: returns what it took in and starts the next one. */
    public Intake endVersion() {
        endSpan();
        Intake intake = new Intake(spans, borders, gaps, boxed(from), boxed(next));
        System.arraycopy(next, 0, from, 0, next.length);
        spans.clear();
        borders.clear();
        gaps.clear();
        records = 0;
        return intake;
    }

    private static List<Long> boxed(long[] values) {
        List<Long> list = new ArrayList<>(values.length);
        for (long value : values) {
            list.add(value);
        }
        return list;
    }
}
