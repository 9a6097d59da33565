package io.decant.trainer.learn;

import java.util.ArrayList;
import java.util.List;

/**
 * Batches that were predicted and learned, but whose predictions nobody has read yet: on a GPU,
 * reading them waits for all steps that were given to it. In the order in which they were learned.
 * <i>Owned by the learner.</i>
 */
final class Unread {
    private final int capacity;
    private final List<Learned> batches = new ArrayList<>();

    /**
     * A batch that was learned.
     *
     * @param student what the student knows its predictions by
     * @param shadow what the shadow does; any number without one
     */
    record Learned(Batch batch, int student, int shadow) {}

    /** Holds up to so many batches, at least 1. */
    Unread(int capacity) {
        this.capacity = capacity;
    }

    /** Adds a batch; there must be room. */
    void add(Learned learned) {
        if (isFull()) {
            throw new IllegalStateException(
                    "predictions of " + capacity + " batches must be read before more are made");
        }
        batches.add(learned);
    }

    boolean isFull() {
        return batches.size() == capacity;
    }

    /** All of them; none is left. */
    List<Learned> take() {
        List<Learned> taken = List.copyOf(batches);
        batches.clear();
        return taken;
    }
}
