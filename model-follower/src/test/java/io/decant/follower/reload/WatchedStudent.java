package io.decant.follower.reload;

import io.decant.model.forward.StudentForward;
import io.decant.model.forward.Workspace;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A student that notices what must never happen: an answer after, or while, it is freed.
 * <i>Thread-safe.</i>
 */
final class WatchedStudent implements StudentForward {
    private static final long FREED = 1L << 32;

    /** Readers at this moment, plus {@link #FREED} once freed. */
    private final AtomicLong readers = new AtomicLong();

    private final AtomicInteger frees = new AtomicInteger();
    private final AtomicInteger misuses = new AtomicInteger();

    @Override
    public void logits(byte[] inputs, int offset, int rows, float[] out, Workspace room) {
        if (readers.incrementAndGet() >= FREED) {
            misuses.incrementAndGet();
        }
        Thread.onSpinWait();
        readers.decrementAndGet();
    }

    @Override
    public void close() {
        if (readers.getAndAdd(FREED) != 0) {
            misuses.incrementAndGet();
        }
        frees.incrementAndGet();
    }

    int frees() {
        return frees.get();
    }

    int misuses() {
        return misuses.get();
    }
}
