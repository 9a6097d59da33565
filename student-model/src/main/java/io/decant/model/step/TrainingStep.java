package io.decant.model.step;

import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.torch.ScriptStudent;
import io.decant.model.torch.Torch;
import io.decant.model.torch.TorchModule;
import io.decant.model.torch.TorchSettings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A student with its optimiser: rows are filled in, then one call predicts with the current
 * weights, learns, and updates the average. The loss is the plain sum over rows, so callers divide
 * the coefficients by their group size. A row keeps its values until it is written again; rows
 * beyond the count given to a call have no influence.
 *
 * <p>All buffers share memory with the step: they are little-endian and die with it. <i>Owned by
 * one thread.</i>
 */
public final class TrainingStep implements AutoCloseable {
    private final ModelSpec spec;
    private final int capacity;
    private final int inputBytes;
    private final TorchModule module;
    private final ByteBuffer weights;
    private final ByteBuffer gradient;
    private final ByteBuffer firstMoment;
    private final ByteBuffer secondMoment;
    private final ByteBuffer ema;
    private final ByteBuffer inputs;
    private final ByteBuffer teacher;
    private final ByteBuffer labels;
    private final ByteBuffer teacherCoefficients;
    private final ByteBuffer labelCoefficients;
    private final ByteBuffer logits;
    private final ByteBuffer losses;
    private final Learning learning;
    private long steps;

    private TrainingStep(ModelSpec spec, int capacity, TorchModule module, Learning learning) {
        this.spec = spec;
        this.capacity = capacity;
        this.inputBytes = spec.input().bytes();
        this.module = module;
        this.weights = module.buffer("get_weights");
        this.gradient = module.buffer("get_gradient");
        this.firstMoment = module.buffer("get_first_moment");
        this.secondMoment = module.buffer("get_second_moment");
        this.ema = module.buffer("get_ema");
        this.inputs = module.buffer("get_inputs");
        this.teacher = module.buffer("get_teacher");
        this.labels = module.buffer("get_labels");
        this.teacherCoefficients = module.buffer("get_teacher_coefficients");
        this.labelCoefficients = module.buffer("get_label_coefficients");
        this.logits = module.buffer("get_logits");
        this.losses = module.buffer("get_losses");
        this.learning = learning;
    }

    /**
     * Generates and loads the step of a perceptron. All weights are 0 until {@link #initialise} or
     * {@link #restore}.
     *
     * @param capacity largest number of rows of a call, ≥ 1
     */
    public static TrainingStep create(ModelSpec spec, StepSettings settings, int capacity) {
        requireCapacity(spec, capacity);
        Torch.start(new TorchSettings(spec.threads()));
        TorchModule module = TorchModule.load(TrainingStepSource.archive(spec, settings, capacity));
        return new TrainingStep(spec, capacity, module, new MlpLearning(spec, module));
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
        requireCapacity(spec, capacity);
        Torch.start(new TorchSettings(spec.threads()));
        student.requireFits(spec);
        TorchModule module =
                TorchModule.load(ScriptStepSource.archive(spec, settings, capacity, student));
        TrainingStep step =
                new TrainingStep(
                        spec, capacity, module, new ScriptLearning(spec, module, student, seed));
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
        inputs.put(inputPosition(row), source, offset, inputBytes);
    }

    /** Copies one raw sample from the position of {@code source}, which stays where it is. */
    public void input(int row, ByteBuffer source) {
        inputs.put(inputPosition(row), source, source.position(), inputBytes);
    }

    /** Sets a row's teacher logits: [classes], before softmax, at temperature 1, finite. */
    public void teacherLogits(int row, float[] values) {
        int classes = spec.classCount();
        if (values.length != classes) {
            throw new IllegalArgumentException(
                    "teacher logits must be " + classes + " values, were " + values.length);
        }
        int position = requireRow(row) * classes * Float.BYTES;
        for (int c = 0; c < classes; c++) {
            if (!Float.isFinite(values[c])) {
                throw new IllegalArgumentException(
                        "teacher logit of class " + c + " must be finite, was " + values[c]);
            }
            teacher.putFloat(position + c * Float.BYTES, values[c]);
        }
    }

    /** Sets a row's label: a class index in [0, classes). */
    public void label(int row, int classIndex) {
        Objects.checkIndex(classIndex, spec.classCount());
        labels.putLong(requireRow(row) * Long.BYTES, classIndex);
    }

    /** Sets the factors of a row's teacher term and label term; 0 switches a term off. */
    public void coefficients(int row, float teacherTerm, float labelTerm) {
        teacherCoefficients.putFloat(requireRow(row) * Float.BYTES, teacherTerm);
        labelCoefficients.putFloat(row * Float.BYTES, labelTerm);
    }

    /** Predicts rows [0, rows) with the current weights, then learns them. */
    public void step(int rows) {
        learning.step(requireCount(rows), steps);
        steps++;
    }

    /** Predicts rows [0, rows) and learns nothing. */
    public void predict(int rows) {
        learning.predict(requireCount(rows));
    }

    /** The class with the highest logit in the last prediction of a row; the lowest of equals. */
    public int prediction(int row) {
        int position = requireRow(row) * spec.classCount() * Float.BYTES;
        int best = 0;
        for (int c = 1; c < spec.classCount(); c++) {
            if (logits.getFloat(position + c * Float.BYTES)
                    > logits.getFloat(position + best * Float.BYTES)) {
                best = c;
            }
        }
        return best;
    }

    /** Copies the logits of the last prediction of a row: [classes]. */
    public void logits(int row, float[] target) {
        int position = requireRow(row) * spec.classCount() * Float.BYTES;
        for (int c = 0; c < spec.classCount(); c++) {
            target[c] = logits.getFloat(position + c * Float.BYTES);
        }
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
        return new Loss(losses.getFloat(0), losses.getFloat(Float.BYTES));
    }

    /**
     * Sum over rows, in nats times the rows' coefficients.
     *
     * @param teacher Σ a T² KL(p_T ‖ q_T)
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
     * #integers} holds is written through it.
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
        copy("weights", weights, this.weights);
        copy("first moment", firstMoment, this.firstMoment);
        copy("second moment", secondMoment, this.secondMoment);
        copy("average", ema, this.ema);
        module.callOnce("set_steps", steps);
        this.steps = steps;
    }

    /** Current weights: [parameters] fp32. */
    public ByteBuffer weights() {
        return view(weights);
    }

    /**
     * int64 buffers of a TorchScript student, flat, such as a count of batches: part of its state.
     * Empty when there are none.
     */
    public ByteBuffer integers() {
        return view(learning.integers());
    }

    /** Adam's first moment: [trained parameters] fp32. */
    public ByteBuffer firstMoment() {
        return view(firstMoment);
    }

    /** Adam's second moment: [trained parameters] fp32. */
    public ByteBuffer secondMoment() {
        return view(secondMoment);
    }

    /** Moving average of the weights: [parameters] fp32. */
    public ByteBuffer ema() {
        return view(ema);
    }

    /** Gradient of the last step: [trained parameters] fp32. */
    public ByteBuffer gradient() {
        return view(gradient);
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

    private int inputPosition(int row) {
        return requireRow(row) * inputBytes;
    }

    private int requireRow(int row) {
        return Objects.checkIndex(row, capacity);
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

    private static ByteBuffer view(ByteBuffer buffer) {
        return buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
