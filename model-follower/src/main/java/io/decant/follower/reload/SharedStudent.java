package io.decant.follower.reload;

import io.decant.model.forward.StudentForward;
import io.decant.model.forward.Workspace;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A student that several hold at a time: a request, the slot, the guard. Whoever takes it holds it,
 * and the last one who lets it go frees it, so native memory ends at once with a version and never
 * under a reader. Whoever makes one holds it. <i>Thread-safe.</i>
 */
public final class SharedStudent {
    private final StudentForward student;

    /** Freed at 0, and from then on nobody can hold it. */
    private final AtomicInteger holders = new AtomicInteger(1);

    public SharedStudent(StudentForward student) {
        this.student = student;
    }

    /** Holds it once more; false if it is freed already. */
    public boolean hold() {
        return holders.getAndUpdate(count -> count == 0 ? 0 : count + 1) != 0;
    }

    /** Ends one {@link #hold}, or that of the maker; the last one frees. */
    public void letGo() {
        int left = holders.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("a student was let go more often than it was held");
        }
        if (left == 0) {
            student.close();
        }
    }

    /** As {@link StudentForward#logits}; only for those who hold it. */
    void logits(byte[] inputs, int offset, int rows, float[] out, Workspace room) {
        student.logits(inputs, offset, rows, out, room);
    }
}
