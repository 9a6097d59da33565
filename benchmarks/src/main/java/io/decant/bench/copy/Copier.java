package io.decant.bench.copy;

/** One way from decoded records to rows of a batch. <i>Owned by one thread.</i> */
interface Copier extends AutoCloseable {
    /** Copies every record once; record i goes to row i modulo the number of rows. */
    void copyAll();

    /** What the student of {@link Yardstick} says about the record that stands in a row now. */
    float[] logits(int row);

    @Override
    void close();
}
