package io.decant.bench.step;

import io.decant.bench.step.Task.Batch;

/**
 * One way to train the student. Each starts from the same weights and from raw records: copying
 * them into tensors is part of a step. <i>Owned by one thread.</i>
 */
interface Contender extends AutoCloseable {
    /** Learns one batch. */
    void step(Batch batch);

    /** Copy of the weights: flat, in the order of the student's layout. */
    float[] weights();

    @Override
    void close();
}
