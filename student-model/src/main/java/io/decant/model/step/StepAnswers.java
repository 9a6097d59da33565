package io.decant.model.step;

import java.nio.ByteBuffer;
import java.util.Objects;

/** What a step's calls answered. <i>Owned by one thread.</i> */
final class StepAnswers {
    private final StepMemory memory;
    private final int capacity;
    private final int classes;
    private final ByteBuffer logits;
    private final ByteBuffer losses;

    /** Classes by slot and row, int64; the logits say them where there is one slot. */
    private final ByteBuffer predictions;

    StepAnswers(StepMemory memory, int capacity, int classes) {
        this.memory = memory;
        this.capacity = capacity;
        this.classes = classes;
        logits = memory.of("logits");
        losses = memory.of("losses");
        predictions = memory.isStaged() ? memory.of("predictions") : ByteBuffer.allocate(0);
    }

    int prediction(int kept, int row) {
        Objects.checkIndex(kept, memory.keptCalls());
        if (!memory.isStaged()) {
            return prediction(row);
        }
        memory.readAnswers();
        int at = kept * capacity + Objects.checkIndex(row, capacity);
        return Math.toIntExact(predictions.getLong(at * Long.BYTES));
    }

    /** The class with the highest logit; the lowest of equals. */
    int prediction(int row) {
        int position = position(row);
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (logits.getFloat(position + c * Float.BYTES)
                    > logits.getFloat(position + best * Float.BYTES)) {
                best = c;
            }
        }
        return best;
    }

    void logits(int row, float[] target) {
        int position = position(row);
        for (int c = 0; c < classes; c++) {
            target[c] = logits.getFloat(position + c * Float.BYTES);
        }
    }

    private int position(int row) {
        memory.readAnswers();
        return Objects.checkIndex(row, capacity) * classes * Float.BYTES;
    }

    TrainingStep.Loss losses() {
        memory.readAnswers();
        return new TrainingStep.Loss(losses.getFloat(0), losses.getFloat(Float.BYTES));
    }
}
