package io.decant.bench.copy;

import io.decant.model.step.StepSettings;
import io.decant.model.step.TrainingStep;
import java.nio.ByteBuffer;
import java.util.List;

/** Decant's: bytes of the decoded record to the step's input tensor. */
final class StepCopier implements Copier {
    private final List<ByteBuffer> records;
    private final TrainingStep step;

    StepCopier(List<ByteBuffer> records, Yardstick yardstick, int rows) {
        this.records = records;
        step = TrainingStep.create(yardstick.spec(), StepSettings.defaults(), rows);
        step.initialise(yardstick.weights());
    }

    @Override
    public void copyAll() {
        int rows = step.capacity();
        for (int i = 0; i < records.size(); i++) {
            step.input(i % rows, records.get(i));
        }
    }

    @Override
    public float[] logits(int row) {
        float[] logits = new float[step.spec().classCount()];
        step.predict(step.capacity());
        step.logits(row, logits);
        return logits;
    }

    @Override
    public void close() {
        step.close();
    }
}
