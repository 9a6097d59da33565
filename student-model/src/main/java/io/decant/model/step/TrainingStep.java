package io.decant.model.step;

import io.decant.model.hint.Hint;
import io.decant.model.loss.Kd;
import io.decant.model.loss.TeacherLoss;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.torch.ScriptStudent;
import io.decant.model.torch.Torch;
import io.decant.model.torch.TorchModule;
import io.decant.model.torch.TorchSettings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A student with its optimiser: rows are filled in, then one call predicts with the current
 * weights, learns, and updates the average. The loss is the plain sum over rows, so callers divide
 * the coefficients by their group size. A row keeps its values until it is written again; rows
 * beyond the count given to a call have no influence.
 *
 * <p>All buffers share memory with the step, or with its copies of what is on a device: they are
 * little-endian, are to be asked for again after a step, and die with it. <i>Owned by one
 * thread.</i>
 */
public final class TrainingStep implements AutoCloseable {
    /** What {@link #boost} is when the learning rate is as configured. */
    public static final int NO_BOOST = 1000;

    private final ModelSpec spec;
    private final int capacity;
    private final TorchModule module;
    private final StepMemory memory;
    private final Learning learning;
    private final StepRows rows;
    private final HintRows hints;
    private final StepAnswers answers;
    private final ByteBuffer weights;
    private final ByteBuffer gradient;
    private final ByteBuffer firstMoment;
    private final ByteBuffer secondMoment;
    private final ByteBuffer ema;
    private long steps;
    private int boost = NO_BOOST;

    private TrainingStep(
            ModelSpec spec,
            int capacity,
            TorchModule module,
            StepMemory memory,
            Learning learning,
            List<Hint> hints) {
        this.spec = spec;
        this.capacity = capacity;
        this.module = module;
        this.memory = memory;
        this.learning = learning;
        rows = new StepRows(memory, spec, capacity);
        this.hints = new HintRows(memory, hints, capacity);
        answers = new StepAnswers(memory, capacity, spec.classCount());
        weights = memory.of("weights");
        gradient = memory.of("gradient");
        firstMoment = memory.of("first_moment");
        secondMoment = memory.of("second_moment");
        ema = memory.of("ema");
    }

    /**
     * Generates and loads the step of a perceptron. All weights are 0 until {@link #initialise} or
     * {@link #restore}.
     *
     * @param capacity largest number of rows of a call, ≥ 1
     */
    public static TrainingStep create(ModelSpec spec, StepSettings settings, int capacity) {
        return create(spec, settings, capacity, Placement.DIRECT);
    }

    /** As {@link #create(ModelSpec, StepSettings, int)}, anywhere. */
    public static TrainingStep create(
            ModelSpec spec, StepSettings settings, int capacity, Placement placement) {
        requireCapacity(spec, capacity);
        settings.requireFits(spec);
        Torch.start(new TorchSettings(spec.threads()));
        TorchModule module =
                TorchModule.load(
                        TrainingStepSource.archive(spec, settings, capacity, placement),
                        placement.device());
        return new TrainingStep(
                spec,
                capacity,
                module,
                new StepMemory(module, placement),
                new MlpLearning(spec, module),
                List.of());
    }

    /**
     * Generates and loads the step of a TorchScript student. Weights are the file's until {@link
     * #initialise} or {@link #restore}.
     *
     * @param capacity largest number of rows of a call, ≥ 1
     * @param seed of what the student draws while it learns, as dropout does; with the number of
     *     the step it decides every draw
     * @throws InvalidModelException when the file is not that of the specification
     */
    public static TrainingStep create(
            ModelSpec spec, StepSettings settings, int capacity, ScriptStudent student, long seed) {
        return create(spec, settings, capacity, student, seed, Placement.DIRECT);
    }

    /** As the one before, anywhere. */
    public static TrainingStep create(
            ModelSpec spec,
            StepSettings settings,
            int capacity,
            ScriptStudent student,
            long seed,
            Placement placement) {
        requireCapacity(spec, capacity);
        settings.requireFits(spec);
        Torch.start(new TorchSettings(spec.threads()));
        student.requireFits(spec);
        TorchModule module =
                TorchModule.load(
                        ScriptStepSource.archive(spec, settings, capacity, student, placement),
                        placement.device());
        StepMemory memory = new StepMemory(module, placement);
        TrainingStep step =
                new TrainingStep(
                        spec,
                        capacity,
                        module,
                        memory,
                        new ScriptLearning(spec, module, memory, student, seed),
                        settings.hints());
        memory.called(true);
        float[] start = new float[spec.parameterCount()];
        step.weights().asFloatBuffer().get(start);
        step.initialise(start);
        return step;
    }

    private static void requireCapacity(ModelSpec spec, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1 row, was " + capacity);
        }
        if ((long) capacity * Math.max(spec.input().bytes(), spec.classCount() * Float.BYTES)
                > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "capacity "
                            + capacity
                            + " of inputs of "
                            + spec.input().bytes()
                            + " bytes needs more than 2 GiB: take a smaller capacity");
        }
    }

    /**
     * Starts from these weights: [parameters] in the order of the layout. The average starts equal,
     * moments and count at 0.
     */
    public void initialise(float[] start) {
        if (start.length != spec.parameterCount()) {
            throw new IllegalArgumentException(
                    "initial weights must be "
                            + spec.parameterCount()
                            + " values, were "
                            + start.length);
        }
        ByteBuffer flat = ByteBuffer.allocate(weights.capacity()).order(ByteOrder.LITTLE_ENDIAN);
        flat.asFloatBuffer().put(start);
        ByteBuffer zeros = ByteBuffer.allocate(firstMoment.capacity());
        restore(flat, zeros, zeros, flat, 0);
    }

    /** Copies one raw sample, {@code spec.input().bytes()} long, into a row. */
    public void input(int row, byte[] source, int offset) {
        rows.input(row, source, offset);
    }

    /** Copies one raw sample from the position of {@code source}, which stays where it is. */
    public void input(int row, ByteBuffer source) {
        rows.input(row, source);
    }

    /** Sets a row's teacher logits: [classes], before softmax, at temperature 1, finite. */
    public void teacherLogits(int row, float[] values) {
        rows.teacherLogits(row, values);
    }

    /** Sets a row's label: a class index in [0, classes). */
    public void label(int row, int classIndex) {
        rows.label(row, classIndex);
    }

    /** Sets the factors of a row's teacher term and label term; 0 switches a term off. */
    public void coefficients(int row, float teacherTerm, float labelTerm) {
        rows.coefficients(row, teacherTerm, labelTerm);
    }

    /**
     * Sets what the teacher's layers say about a row: for each of the settings' hints, in their
     * order, what {@link Hint#kept} gave. Empty when the row has none. The arrays must not change.
     *
     * @param coefficient factor of the row's hints; 0 switches them off
     */
    public void hints(int row, List<float[]> values, float coefficient) {
        hints.put(row, values, coefficient);
    }

    /**
     * Multiplies the learning rate of the steps that follow. Not part of the state.
     *
     * @param perMille factor in thousandths, at least 1
     */
    public void boost(int perMille) {
        if (perMille < 1) {
            throw new IllegalArgumentException("a boost must be at least 1, was " + perMille);
        }
        if (perMille != boost) {
            module.callOnce("set_boost", perMille);
            boost = perMille;
        }
    }

    /** Predicts rows [0, rows) with the current weights, then learns them. */
    public void step(int rows) {
        hints.relate(requireCount(rows));
        learning.step(rows, steps);
        memory.called(true);
        steps++;
    }

    /** Predicts rows [0, rows) and learns nothing. */
    public void predict(int rows) {
        learning.predict(requireCount(rows));
        memory.called(false);
    }

    /** The class with the highest logit in the last prediction of a row; the lowest of equals. */
    public int prediction(int row) {
        return answers.prediction(row);
    }

    /** Copies the logits of the last prediction of a row: [classes]. */
    public void logits(int row, float[] target) {
        answers.logits(row, target);
    }

    /**
     * Calls whose predictions can be kept: 1 where Java sees them at once, more where to see them
     * is to wait for a device.
     */
    public int keptCalls() {
        return memory.keptCalls();
    }

    /**
     * Keeps the predictions of the last call until {@link #keptCalls} more were kept, or, where
     * that is 1, until the next call.
     *
     * @return what {@link #prediction(int, int)} knows them by
     */
    public int keep() {
        return memory.keep();
    }

    /** As {@link #prediction(int)}, of a call whose predictions were kept. */
    public int prediction(int kept, int row) {
        return answers.prediction(kept, row);
    }

    /**
     * Loss of rows [0, rows) on the current weights: both terms together. Predicts the rows as a
     * side effect.
     */
    public double loss(int rows) {
        return losses(rows).total();
    }

    /** As {@link #loss}, term by term. */
    public Loss losses(int rows) {
        learning.loss(requireCount(rows));
        memory.called(false);
        return answers.losses();
    }

    /**
     * Sum over rows, in nats times the rows' coefficients; hints are not in it.
     *
     * @param teacher {@link TeacherLoss#value}, for {@link Kd} Σ a T² KL(p_T ‖ q_T)
     * @param label Σ h CE(y, q)
     */
    public record Loss(double teacher, double label) {
        public double total() {
            return teacher + label;
        }
    }

    /**
     * Replaces the state; the buffers hold fp32, little-endian, from their positions, which stay:
     * weights and average of [parameters], moments of those that are trained. What {@link
     * #integers} holds stays.
     */
    public void restore(
            ByteBuffer weights,
            ByteBuffer firstMoment,
            ByteBuffer secondMoment,
            ByteBuffer ema,
            long steps) {
        if (steps < 0) {
            throw new IllegalArgumentException("steps must be at least 0, was " + steps);
        }
        memory.readState();
        copy("weights", weights, this.weights);
        copy("first moment", firstMoment, this.firstMoment);
        copy("second moment", secondMoment, this.secondMoment);
        copy("average", ema, this.ema);
        memory.sendState();
        module.callOnce("set_steps", steps);
        this.steps = steps;
    }

    /** Replaces what {@link #integers} holds. */
    public void restoreIntegers(long[] values) {
        integers().asLongBuffer().put(values);
        memory.sendState();
    }

    /** Current weights: [parameters] fp32. */
    public ByteBuffer weights() {
        return state(weights);
    }

    /**
     * int64 buffers of a TorchScript student, flat, such as a count of batches: part of its state.
     * Empty when there are none.
     */
    public ByteBuffer integers() {
        return state(learning.integers());
    }

    /** Adam's first moment: [trained parameters] fp32. */
    public ByteBuffer firstMoment() {
        return state(firstMoment);
    }

    /** Adam's second moment: [trained parameters] fp32. */
    public ByteBuffer secondMoment() {
        return state(secondMoment);
    }

    /** Moving average of the weights: [parameters] fp32. */
    public ByteBuffer ema() {
        return state(ema);
    }

    /** Gradient of the last step: [trained parameters] fp32. */
    public ByteBuffer gradient() {
        return state(gradient);
    }

    /** Steps taken since the start of the model's life. */
    public long steps() {
        return steps;
    }

    public ModelSpec spec() {
        return spec;
    }

    public int capacity() {
        return capacity;
    }

    /** Tensors held on the Java side: does not grow with steps. */
    public int heldTensors() {
        return module.heldTensors();
    }

    @Override
    public void close() {
        module.close();
    }

    private int requireCount(int rows) {
        if (rows < 1 || rows > capacity) {
            throw new IllegalArgumentException("rows must be 1 to " + capacity + ", was " + rows);
        }
        return rows;
    }

    private static void copy(String what, ByteBuffer source, ByteBuffer target) {
        if (source.remaining() != target.capacity()) {
            throw new IllegalArgumentException(
                    what + " must be " + target.capacity() + " bytes, were " + source.remaining());
        }
        target.put(0, source, source.position(), target.capacity());
    }

    private ByteBuffer state(ByteBuffer buffer) {
        memory.readState();
        return buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
