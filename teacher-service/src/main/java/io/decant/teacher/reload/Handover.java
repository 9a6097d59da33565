package io.decant.teacher.reload;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Room for one finding between the thread that opens files and the thread that answers samples. A
 * model belongs to whoever took it out; closing closes the one that nobody took.
 * <i>Thread-safe.</i>
 */
public final class Handover implements Successors {
    private final AtomicReference<Finding> waiting = new AtomicReference<>();

    /**
     * Leaves a finding for the other thread.
     *
     * @return false when the one before was not taken yet; the finding stays the caller's then
     */
    public boolean offer(Finding finding) {
        return waiting.compareAndSet(null, finding);
    }

    /** Whether a finding waits to be taken. */
    public boolean isFull() {
        return waiting.get() != null;
    }

    @Override
    public Optional<Finding> take() {
        return Optional.ofNullable(waiting.getAndSet(null));
    }

    @Override
    public void close() {
        if (take().orElse(null) instanceof Finding.Ready ready) {
            ready.teacher().close();
        }
    }
}
