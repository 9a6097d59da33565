package io.decant.trainer.learn;

import io.decant.model.random.SplitMix64;
import io.decant.model.step.TrainingStep;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The second student, which never sees a teacher: same initial weights, specification, optimiser
 * and average, the same rehearsal, but it learns and remembers labels alone, in micro-batches of 32
 * labelled samples with plain mean cross-entropy, to which that of as many remembered ones is
 * added. Its gap to the student is what distillation is worth. Its batches close when they are full
 * and at the end of a finite stream, never by time. <i>Owned by the learner.</i>
 */
final class Shadow implements AutoCloseable {
    private static final String NAME = "shadow";

    /** Which of the model's generators this is: "shad". */
    private static final long STREAM = 0x73686164;

    private final TrainingStep step;
    private final Reservoir reservoir;
    private final ByteBuffer target =
            ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final int inputBytes;
    private final float[] noTeacher;
    private final List<Example> open = new ArrayList<>(BatchPlanner.GROUP);

    /** A labelled sample that waits for its micro-batch. */
    private record Example(ByteBuffer features, int label) {}

    Shadow(LearningSettings settings) {
        step =
                settings.newShadowStep(
                        (settings.rehearsal().capacity() > 0 ? 2 : 1) * BatchPlanner.GROUP);
        inputBytes = settings.spec().input().bytes();
        reservoir =
                new Reservoir(
                        settings.rehearsal(),
                        inputBytes,
                        Long.BYTES,
                        SplitMix64.at(settings.seed(), STREAM));
        noTeacher = new float[settings.spec().classCount()];
    }

    void initialise(float[] weights) {
        step.initialise(weights);
    }

    /**
     * Predicts samples that it has not learned: at most 32.
     *
     * @return what the predictions are known by
     */
    int predict(List<Pair> samples) {
        for (int row = 0; row < samples.size(); row++) {
            fill(row, samples.get(row).features(), 0, 0);
        }
        if (!samples.isEmpty()) {
            step.predict(samples.size());
        }
        return step.keep();
    }

    /** What was predicted for a sample. */
    int prediction(int kept, int row) {
        return step.prediction(kept, row);
    }

    /** Takes a labelled sample in; learns when its micro-batch is full. */
    void take(Pair pair) {
        pair.label().ifPresent(label -> open.add(new Example(pair.features(), label.learned())));
        if (open.size() == BatchPlanner.GROUP) {
            learnOpen();
        }
    }

    /** Learns what is open, if anything. */
    void learnOpen() {
        if (open.isEmpty()) {
            return;
        }
        float mean = 1f / open.size();
        for (int row = 0; row < open.size(); row++) {
            fill(row, open.get(row).features(), open.get(row).label(), mean);
        }
        int rows = open.size();
        if (reservoir.isOn() && reservoir.isReady()) {
            long draw = step.steps() * BatchPlanner.GROUP;
            for (int i = 0; i < open.size(); i++) {
                Reservoir.Row remembered = reservoir.draw(draw++);
                fill(rows++, remembered.features(), (int) remembered.target().getLong(0), mean);
            }
        }
        step.step(rows);
        for (Example example : open) {
            reservoir.offer(example.features(), target.putLong(0, example.label()));
        }
        open.clear();
    }

    private void fill(int row, ByteBuffer features, int label, float weight) {
        step.input(row, features);
        step.teacherLogits(row, noTeacher);
        step.label(row, label);
        step.coefficients(row, 0, weight);
    }

    int heldTensors() {
        return step.heldTensors();
    }

    long steps() {
        return step.steps();
    }

    /**
     * The open micro-batch is saved with its features: at most 31 rows, and recovery needs no
     * second look at the journal.
     */
    void save(StateWriter state) {
        SavedStep.save(NAME, step, state);
        if (reservoir.isOn()) {
            reservoir.save(NAME + ".rehearsal", state);
        }
        state.rows(
                NAME + ".open.features", open.stream().map(Example::features).toList(), inputBytes);
        state.longs(NAME + ".open.labels", open.stream().mapToLong(Example::label).toArray());
    }

    void restore(LearnerState state) {
        SavedStep.restore(NAME, step, state);
        reservoir.restore(NAME + ".rehearsal", state);
        List<ByteBuffer> features = state.rows(NAME + ".open.features");
        long[] labels = state.longs(NAME + ".open.labels");
        open.clear();
        for (int i = 0; i < labels.length; i++) {
            open.add(new Example(features.get(i), (int) labels[i]));
        }
    }

    static boolean isIn(LearnerState state) {
        return state.has(NAME + ".ema");
    }

    @Override
    public void close() {
        step.close();
    }
}
