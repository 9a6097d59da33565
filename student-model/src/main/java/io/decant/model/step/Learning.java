package io.decant.model.step;

import java.nio.ByteBuffer;

/** How a generated module takes a step. <i>Owned by one thread.</i> */
interface Learning {
    /** Predicts rows [0, rows) in evaluation mode. */
    void predict(int rows);

    /** Predicts rows [0, rows) in evaluation mode and sums their loss. */
    void loss(int rows);

    /**
     * Predicts rows [0, rows) in evaluation mode, then learns them.
     *
     * @param taken steps taken before this one
     */
    void step(int rows, long taken);

    /** int64 buffers that belong to the student's state, flat. */
    ByteBuffer integers();
}
