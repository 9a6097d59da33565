package io.decant.bench.copy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a translator for DJL usually does: a loop turns bytes into floats, and an array is made of
 * them. An array lives until its row is made anew.
 */
final class FloatLoopCopier implements Copier {
    private final List<ByteBuffer> records;
    private final Yardstick yardstick;
    private final NDManager memory = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final NDArray[] rows;

    FloatLoopCopier(List<ByteBuffer> records, Yardstick yardstick, int rows) {
        this.records = records;
        this.yardstick = yardstick;
        this.rows = new NDArray[rows];
    }

    @Override
    public void copyAll() {
        for (int i = 0; i < records.size(); i++) {
            ByteBuffer record = records.get(i);
            float[] values = new float[record.remaining()];
            for (int k = 0; k < values.length; k++) {
                values[k] = record.get(record.position() + k) & 0xff;
            }
            int row = i % rows.length;
            if (rows[row] != null) {
                rows[row].close();
            }
            rows[row] = memory.create(values);
        }
    }

    @Override
    public float[] logits(int row) {
        return yardstick.logits(rows[row].toFloatArray());
    }

    @Override
    public void close() {
        memory.close();
    }
}
