package io.decant.teacher.commit;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What the open transaction answers, and when it must be committed: when it holds enough samples,
 * or when it has been open long enough. Knows no clock: times are passed in, as milliseconds of any
 * one clock. <i>Owned by one thread.</i>
 */
public final class OpenWork {
    private final Passed passed;
    private final int maxSamples;
    private final long intervalMillis;
    private int samples;
    private long sinceMillis;

    /**
     * Nothing is open.
     *
     * @param passed of the topic that is read; this object's from now on
     * @param maxSamples samples of a full transaction, at least 1
     * @param interval longest life of a transaction
     */
    public OpenWork(Passed passed, int maxSamples, Duration interval) {
        this.passed = passed;
        this.maxSamples = maxSamples;
        this.intervalMillis = interval.toMillis();
    }

    /** A sample was taken, and what becomes of it is part of the open transaction. */
    public void took(int partition, long offset, long nowMillis) {
        openAt(nowMillis);
        passed.record(partition, offset);
        samples++;
    }

    /** The group begins at this offset of a partition; committed, so that it stays there. */
    public void beginAt(int partition, long offset, long nowMillis) {
        openAt(nowMillis);
        passed.resumeAt(partition, offset);
    }

    private void openAt(long nowMillis) {
        if (passed.isEmpty()) {
            sinceMillis = nowMillis;
        }
    }

    public boolean isEmpty() {
        return passed.isEmpty();
    }

    public boolean isFull() {
        return samples >= maxSamples;
    }

    /** How long the commit may still wait; 0 = due, {@link Long#MAX_VALUE} = nothing is open. */
    public long millisUntilDue(long nowMillis) {
        if (isEmpty()) {
            return Long.MAX_VALUE;
        }
        long open = nowMillis - sinceMillis;
        // A clock set back must not hold answers.
        return open < 0 ? 0 : Math.max(0, intervalMillis - open);
    }

    /** For each partition read, the offset to go on from. */
    public Map<TopicPartition, OffsetAndMetadata> offsets() {
        return passed.offsets();
    }

    /** Forgets everything: it was committed, or will be read again. */
    public void clear() {
        passed.clear();
        samples = 0;
    }
}
