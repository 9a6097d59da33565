package io.decant.teacher.batch;

import java.util.ArrayList;
import java.util.List;

/**
 * Decides when a micro-batch is scored: when it is full, or when its oldest member has waited long
 * enough. Knows no clock: times are passed in, as milliseconds of any one clock. <i>Owned by one
 * thread.</i>
 *
 * @param <T> a member
 */
public final class BatchCollector<T> {
    private final int size;
    private final long lingerMillis;
    private final List<T> members;
    private long openedAtMillis;

    /**
     * An empty batch.
     *
     * @param size members of a full batch, at least 1
     * @param lingerMillis longest wait of the oldest member; 0 = none
     */
    public BatchCollector(int size, long lingerMillis) {
        this.size = size;
        this.lingerMillis = lingerMillis;
        this.members = new ArrayList<>(size);
    }

    /**
     * Adds a member.
     *
     * @return its row in the batch, from 0
     * @throws IllegalStateException if the batch is full
     */
    public int add(T member, long nowMillis) {
        if (isFull()) {
            throw new IllegalStateException(
                    "a full batch of " + size + " must be scored before another sample is added");
        }
        if (members.isEmpty()) {
            openedAtMillis = nowMillis;
        }
        members.add(member);
        return members.size() - 1;
    }

    public boolean isFull() {
        return members.size() == size;
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }

    /** Whether the batch must be scored now: it is full, or its oldest member has waited. */
    public boolean isDue(long nowMillis) {
        return millisUntilDue(nowMillis) == 0;
    }

    /** How long the batch may still wait; 0 = due, {@link Long#MAX_VALUE} = empty. */
    public long millisUntilDue(long nowMillis) {
        if (isEmpty()) {
            return Long.MAX_VALUE;
        }
        long waited = nowMillis - openedAtMillis;
        // A clock set back must not hold samples.
        return isFull() || waited < 0 ? 0 : Math.max(0, lingerMillis - waited);
    }

    /** The members in the order of their rows; valid until {@link #clear}. */
    public List<T> members() {
        return members;
    }

    /** Begins an empty batch. */
    public void clear() {
        members.clear();
    }
}
