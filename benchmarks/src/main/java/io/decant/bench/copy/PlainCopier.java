package io.decant.bench.copy;

import java.nio.ByteBuffer;
import java.util.List;

/** The limit: an array to an array, no tensor. */
final class PlainCopier implements Copier {
    private final List<ByteBuffer> records;
    private final Yardstick yardstick;
    private final int rows;
    private final byte[] batch;

    PlainCopier(List<ByteBuffer> records, Yardstick yardstick, int rows) {
        this.records = records;
        this.yardstick = yardstick;
        this.rows = rows;
        batch = new byte[rows * yardstick.bytes()];
    }

    @Override
    public void copyAll() {
        int bytes = yardstick.bytes();
        for (int i = 0; i < records.size(); i++) {
            ByteBuffer record = records.get(i);
            System.arraycopy(
                    record.array(),
                    record.arrayOffset() + record.position(),
                    batch,
                    i % rows * bytes,
                    bytes);
        }
    }

    @Override
    public float[] logits(int row) {
        float[] values = new float[yardstick.bytes()];
        for (int i = 0; i < values.length; i++) {
            values[i] = batch[row * values.length + i] & 0xff;
        }
        return yardstick.logits(values);
    }

    @Override
    public void close() {
        // The batch is an array on the heap.
    }
}
