package io.decant.trainer.learn;

import io.decant.model.step.TrainingStep;
import java.nio.ByteBuffer;

/**
 * The student: learns from soft targets and labels. Rows of a step are the live pairs, then the
 * corrections. <i>Owned by the learner.</i>
 */
final class Student implements AutoCloseable {
    private static final String NAME = "student";

    private final TrainingStep step;
    private final double alpha;
    private final float[] noTeacher;
    private int lastRows;

    Student(LearningSettings settings) {
        step = settings.newStep(2 * BatchPlanner.GROUP);
        alpha = settings.alpha();
        noTeacher = new float[settings.spec().classCount()];
    }

    void initialise(float[] weights) {
        step.initialise(weights);
    }

    /** Predicts the batch, then learns it. */
    void learn(Batch batch) {
        int row = 0;
        for (Pair pair : batch.live()) {
            fill(row++, pair);
        }
        for (Pair pair : batch.corrections()) {
            fill(row++, pair);
        }
        step.step(row);
        lastRows = row;
    }

    /** Every field of a row is written, so that no row remembers an earlier pair. */
    private void fill(int row, Pair pair) {
        LossWeights weights = LossWeights.of(pair.kind(), alpha);
        step.input(row, pair.features());
        step.teacherLogits(row, pair.teacher().map(Logits::values).orElse(noTeacher));
        step.label(row, pair.label().map(LabelClass::learned).orElse(0));
        step.coefficients(row, weights.teacher(), weights.label());
    }

    /** Batches whose predictions can wait to be read. */
    int keptBatches() {
        return step.keptCalls();
    }

    /** Keeps the predictions of the last batch; returns what they are known by. */
    int keep() {
        return step.keep();
    }

    /** What was predicted for a row of a batch that was kept, before it was learned. */
    int prediction(int kept, int row) {
        return step.prediction(kept, row);
    }

    /**
     * Loss of the last batch on the weights that it led to: summed over its rows, divided by 32, in
     * nats.
     */
    TrainingStep.Loss lastLoss() {
        return lastRows == 0 ? new TrainingStep.Loss(0, 0) : step.losses(lastRows);
    }

    int heldTensors() {
        return step.heldTensors();
    }

    long steps() {
        return step.steps();
    }

    ByteBuffer average() {
        return step.ema();
    }

    void save(StateWriter state) {
        SavedStep.save(NAME, step, state);
    }

    void restore(LearnerState state) {
        SavedStep.restore(NAME, step, state);
    }

    @Override
    public void close() {
        step.close();
    }
}
