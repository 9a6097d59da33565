package io.decant.model.torch;

import static io.decant.model.torch.ScriptText.fill;

import ai.djl.engine.EngineException;
import io.decant.model.forward.StudentForward;
import io.decant.model.forward.Workspace;
import io.decant.model.spec.DType;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A TorchScript student with weights of its own, in evaluation mode. A few threads answer at a
 * time, each in a lane of its own: rows of the module's input and output. One more waits.
 * <i>Thread-safe, except {@link #close()}.</i>
 */
public final class ScriptForward implements StudentForward {
    /** Most rows of one call of libtorch. */
    private static final int MAX_ROWS = 64;

    /** Bound on a lane's input and on its output, unless one row needs more. */
    private static final int LANE_BYTES = 1 << 22;

    private static final int LANES = 4;

    private static final String CLASS = "decant_forward.ScriptForward";

    /** A call's number holds a lane and a count of rows, at least 1. */
    private static final String ANSWER =
            """
              def answer(self: __torch__.CLASS, number: int) -> NoneType:
                rows = torch.add(torch.remainder(number, LANE_ROWS), 1)
                start = torch.sub(torch.add(number, 1), rows)
                end = torch.add(start, rows)
            """;

    private static final String STORE =
            """
                stored = torch.copy_(torch.slice(self.logits, 0, start, end), out)
                return None
            """;

    private final ModelSpec spec;
    private final ScriptStudent student;
    private final int inputBytes;
    private final int classes;
    private final int laneRows;
    private final TorchModule module;
    private final FloatBuffer weights;
    private final ByteBuffer inputs;
    private final FloatBuffer logits;
    private final List<Lock> lanes;

    private ScriptForward(ModelSpec spec, ScriptStudent student, TorchModule module) {
        this.spec = spec;
        this.student = student;
        inputBytes = spec.input().bytes();
        classes = spec.classCount();
        laneRows = laneRows(spec);
        this.module = module;
        weights = module.buffer("get_weights").asFloatBuffer();
        inputs = module.buffer("get_inputs");
        logits = module.buffer("get_logits").asFloatBuffer();
        lanes = Stream.<Lock>generate(ReentrantLock::new).limit(LANES).toList();
    }

    private static int laneRows(ModelSpec spec) {
        int rowBytes = Math.max(spec.input().bytes(), spec.classCount() * Float.BYTES);
        return Math.max(1, Math.min(MAX_ROWS, LANE_BYTES / rowBytes));
    }

    /**
     * Loads a student's module and gives it weights.
     *
     * @param weights flat, in the order of the layout; copied
     * @throws InvalidModelException when the file is not that of the specification, or libtorch
     *     refuses it
     */
    public static ScriptForward load(ModelSpec spec, float[] weights, ScriptStudent student) {
        TorchModule module = bound(spec, student);
        module.optimised(ScriptSource.isOptimised(spec));
        ScriptForward forward = new ScriptForward(spec, student, module);
        forward.weights(weights);
        return forward;
    }

    /** Gives it other weights, flat; nobody may ask it meanwhile. */
    public void weights(float[] weights) {
        this.weights.put(0, weights);
    }

    /** Whether it can answer for a model with this specification, given its weights. */
    public boolean isOf(ModelSpec other) {
        return spec.architecture().equals(other.architecture())
                && spec.input().equals(other.input());
    }

    static float[] fileWeights(ModelSpec spec, ScriptStudent student) {
        float[] weights = new float[spec.parameterCount()];
        read(spec, student, flat -> flat.asFloatBuffer().get(weights));
        return weights;
    }

    /** As {@link #fileWeights}, the bits of each. */
    static int[] fileBits(ModelSpec spec, ScriptStudent student) {
        int[] bits = new int[spec.parameterCount()];
        read(spec, student, flat -> flat.asIntBuffer().get(bits));
        return bits;
    }

    private static void read(ModelSpec spec, ScriptStudent student, Consumer<ByteBuffer> reader) {
        try (TorchModule module = bound(spec, student)) {
            reader.accept(module.buffer("get_weights"));
        }
    }

    private static TorchModule bound(ModelSpec spec, ScriptStudent student) {
        student.requireFits(spec);
        TorchModule module = TorchModule.load(archive(spec, student));
        module.callOnce("bind", 0);
        return module;
    }

    /**
     * {@inheritDoc}
     *
     * @throws InvalidModelException when the student refuses the input
     */
    @Override
    public void logits(byte[] inputs, int offset, int rows, float[] out, Workspace room) {
        int lane = takeLane();
        int start = lane * laneRows;
        try {
            for (int done = 0; done < rows; done += laneRows) {
                int count = Math.min(laneRows, rows - done);
                this.inputs.put(
                        start * inputBytes, inputs, offset + done * inputBytes, count * inputBytes);
                module.call("answer", start + count - 1);
                logits.get(start * classes, out, done * classes, count * classes);
            }
        } catch (EngineException e) {
            throw student.refused("forward failed on " + rows + " inputs", e);
        } finally {
            lanes.get(lane).unlock();
        }
    }

    /** The first lane that is free; else this thread waits for one. */
    private int takeLane() {
        for (int lane = 0; lane < LANES; lane++) {
            if (lanes.get(lane).tryLock()) {
                return lane;
            }
        }
        int lane = (int) (Thread.currentThread().getId() % LANES);
        lanes.get(lane).lock();
        return lane;
    }

    @Override
    public void close() {
        module.close();
    }

    private static byte[] archive(ModelSpec spec, ScriptStudent student) {
        int rows = LANES * laneRows(spec);
        List<Integer> inputs = new ArrayList<>(spec.input().shape());
        inputs.add(0, rows);
        String code =
                student.head(
                                CLASS,
                                List.of("weights", "inputs", "logits"),
                                List.of("integers", "offset"),
                                List.of())
                        + ScriptSource.bind(CLASS, student, "")
                        + fill(ANSWER, "CLASS", CLASS, "LANE_ROWS", laneRows(spec))
                        + ScriptSource.forward(spec.input(), "start", "end", "out")
                        + STORE;
        return student.archive(CLASS, code)
                .zeros("weights", DType.F32, List.of(spec.parameterCount()))
                .zeros("integers", DType.I64, List.of(Math.max(1, student.integers().size())))
                .zeros("inputs", spec.input().dtype(), inputs)
                .zeros("logits", DType.F32, List.of(rows, spec.classCount()))
                .scalar("offset", MlpSource.offset(spec.input()))
                .toBytes();
    }
}
