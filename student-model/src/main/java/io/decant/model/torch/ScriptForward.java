package io.decant.model.torch;

import io.decant.model.forward.StudentForward;
import io.decant.model.forward.Workspace;
import io.decant.model.spec.DType;
import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A TorchScript student with weights of its own, in evaluation mode. One call at a time runs in it.
 * <i>Thread-safe.</i>
 */
public final class ScriptForward implements StudentForward {
    /** Rows of one call of libtorch. */
    private static final int ROWS = 64;

    private static final String CLASS = "decant_forward.ScriptForward";

    private static final String STORE =
            """
                stored = torch.copy_(torch.slice(self.logits, 0, 0, rows), out)
                return None
            """;

    private final int inputBytes;
    private final int classes;
    private final TorchModule module;
    private final ByteBuffer inputs;
    private final ByteBuffer logits;

    private ScriptForward(ModelSpec spec, TorchModule module) {
        inputBytes = spec.input().bytes();
        classes = spec.classCount();
        this.module = module;
        inputs = module.buffer("get_inputs");
        logits = module.buffer("get_logits");
    }

    /**
     * Loads a student's module and gives it weights.
     *
     * @param weights flat, in the order of the layout; copied
     * @throws io.decant.model.spec.InvalidModelException when the file is not that of the
     *     specification, or libtorch refuses it
     */
    public static ScriptForward load(ModelSpec spec, float[] weights, ScriptStudent student) {
        TorchModule module = bound(spec, student);
        module.optimised(ScriptSource.isOptimised(spec));
        module.buffer("get_weights").asFloatBuffer().put(weights);
        return new ScriptForward(spec, module);
    }

    static float[] fileWeights(ModelSpec spec, ScriptStudent student) {
        try (TorchModule module = bound(spec, student)) {
            float[] weights = new float[spec.parameterCount()];
            module.buffer("get_weights").asFloatBuffer().get(weights);
            return weights;
        }
    }

    private static TorchModule bound(ModelSpec spec, ScriptStudent student) {
        student.requireFits(spec);
        TorchModule module = TorchModule.load(archive(spec, student));
        module.callOnce("bind", 0);
        return module;
    }

    @Override
    public synchronized void logits(
            byte[] inputs, int offset, int rows, float[] out, Workspace room) {
        for (int done = 0; done < rows; done += ROWS) {
            int count = Math.min(ROWS, rows - done);
            this.inputs.put(0, inputs, offset + done * inputBytes, count * inputBytes);
            module.call("answer", count);
            logits.asFloatBuffer().get(0, out, done * classes, count * classes);
        }
    }

    @Override
    public synchronized void close() {
        module.close();
    }

    private static byte[] archive(ModelSpec spec, ScriptStudent student) {
        List<Integer> inputs = new ArrayList<>(spec.input().shape());
        inputs.add(0, ROWS);
        String code =
                student.head(
                                CLASS,
                                List.of("weights", "inputs", "logits"),
                                List.of("integers", "offset"),
                                List.of())
                        + ScriptSource.bind(CLASS, student, "")
                        + "  def answer(self: __torch__.%s, rows: int) -> NoneType:\n"
                                .formatted(CLASS)
                        + ScriptSource.forward(spec.input(), "out")
                        + STORE;
        return student.archive(CLASS, code)
                .zeros("weights", DType.F32, List.of(spec.parameterCount()))
                .zeros("integers", DType.I64, List.of(Math.max(1, student.integers().size())))
                .zeros("inputs", spec.input().dtype(), inputs)
                .zeros("logits", DType.F32, List.of(ROWS, spec.classCount()))
                .scalar("offset", MlpSource.offset(spec.input()))
                .toBytes();
    }
}
