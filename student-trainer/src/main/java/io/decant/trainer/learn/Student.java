package io.decant.trainer.learn;

import io.decant.model.random.SplitMix64;
import io.decant.model.step.TrainingStep;
import io.decant.trainer.quality.Closeness;
import io.decant.trainer.quality.Distribution;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The student: learns from soft targets and labels. Rows of a step are the live pairs, the
 * corrections, then what is rehearsed: for each live pair, or in a step of corrections alone for
 * each of them, one remembered sample, or two while drift asks for more. Labels alone, many steps
 * of them one after the other, would pull the student away from what the teacher taught. <i>Owned
 * by the learner.</i>
 */
final class Student implements AutoCloseable {
    private static final String NAME = "student";

    /** Remembered samples for each new one, at most. */
    private static final int MOST_REHEARSED = 2;

    /** Probabilities that are computed for one batch. */
    private static final int MOST_PROBABILITIES = 4096;

    /** Which of the model's generators this is: "rehe". */
    private static final long STREAM = 0x72656865;

    private final TrainingStep step;
    private final Reservoir reservoir;
    private final float[] noTeacher;
    private final float[] rehearsed;
    private final float[] answer;
    private final ByteBuffer target;
    private int lastRows;

    Student(LearningSettings settings) {
        boolean rehearses = settings.rehearsal().capacity() > 0;
        step = settings.newStep((rehearses ? 2 + MOST_REHEARSED : 2) * BatchPlanner.GROUP);
        int classes = settings.spec().classCount();
        reservoir =
                new Reservoir(
                        settings.rehearsal(),
                        settings.spec().input().bytes(),
                        classes * Float.BYTES,
                        SplitMix64.at(settings.seed(), STREAM));
        noTeacher = new float[classes];
        rehearsed = new float[classes];
        answer = new float[classes];
        target = ByteBuffer.allocate(classes * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    void initialise(float[] weights) {
        step.initialise(weights);
    }

    /**
     * Predicts the batch, then learns it.
     *
     * @param perNew remembered samples for each new one, 1 or 2
     * @param rateFactor of the learning rate, above 0
     */
    void learn(Batch batch, Trust trust, int perNew, double rateFactor) {
        int row = 0;
        for (Pair pair : batch.live()) {
            fill(row++, pair, trust);
        }
        for (Pair pair : batch.corrections()) {
            fill(row++, pair, trust);
        }
        if (reservoir.isOn() && reservoir.isReady()) {
            row = rehearse(row, perNew * batch.leading(), (float) (trust.rehearsed() / perNew));
        }
        step.boost((int) Math.max(1, Math.round(rateFactor * TrainingStep.NO_BOOST)));
        step.step(row);
        lastRows = row;
        batch.live().forEach(this::remember);
    }

    /** Their weights sum to what one for each new sample would have. */
    private int rehearse(int first, int count, float weight) {
        long draw = step.steps() * MOST_REHEARSED * BatchPlanner.GROUP;
        for (int row = first; row < first + count; row++) {
            Reservoir.Row remembered = reservoir.draw(draw++);
            remembered.target().asFloatBuffer().get(rehearsed);
            step.input(row, remembered.features());
            step.teacherLogits(row, rehearsed);
            step.label(row, 0);
            step.coefficients(row, weight / BatchPlanner.GROUP, 0);
            step.hints(row, List.of(), 0);
        }
        return first + count;
    }

    private void remember(Pair pair) {
        if (pair.teacher().isPresent() && reservoir.isOn()) {
            target.asFloatBuffer().put(pair.teacher().get().values());
            reservoir.offer(pair.features(), target);
        }
    }

    /** Every field of a row is written, so that no row remembers an earlier pair. */
    private void fill(int row, Pair pair, Trust trust) {
        LossWeights weights = LossWeights.of(pair.kind(), trust.alpha(), trust.unlabelled());
        step.input(row, pair.features());
        step.teacherLogits(row, pair.teacher().map(Logits::values).orElse(noTeacher));
        step.label(row, pair.label().map(LabelClass::learned).orElse(0));
        step.coefficients(row, weights.teacher(), weights.label());
        step.hints(row, pair.teacher().map(Logits::hints).orElse(List.of()), weights.teacher());
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

    /**
     * How sure the student was of a row of the last batch, and how near to its label and teacher.
     * Not known on a device, which keeps classes only, and not for so many classes that it would
     * cost more than learning.
     */
    Closeness closeness(int row, Pair pair) {
        if (step.keptCalls() > 1 || row * answer.length >= MOST_PROBABILITIES) {
            return Closeness.UNKNOWN;
        }
        step.logits(row, answer);
        Distribution student = new Distribution(answer);
        return new Closeness(
                student.confidence(),
                pair.label().map(label -> student.nats(label.scored())).orElse(Float.NaN),
                pair.teacher()
                        .map(logits -> new Distribution(logits.values()).divergence(student))
                        .orElse(Float.NaN));
    }

    /** Raw inputs that are remembered, at most so many. */
    List<ByteBuffer> remembered(int most) {
        return reservoir.features(most);
    }

    /** Samples that can be rehearsed. */
    int remembered() {
        return reservoir.size();
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
        if (reservoir.isOn()) {
            reservoir.save(NAME + ".rehearsal", state);
        }
    }

    void restore(LearnerState state) {
        SavedStep.restore(NAME, step, state);
        reservoir.restore(NAME + ".rehearsal", state);
    }

    @Override
    public void close() {
        step.close();
    }
}
