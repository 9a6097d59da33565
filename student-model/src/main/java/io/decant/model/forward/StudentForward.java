package io.decant.model.forward;

import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.TorchScript;
import io.decant.model.torch.ScriptForward;
import io.decant.model.torch.ScriptStudent;
import java.util.Optional;

/**
 * A student with its weights, ready to answer raw inputs as it does when it serves. Perceptrons
 * need no native library. <i>Thread-safe, except that nobody may use it once it is closed.</i>
 */
public interface StudentForward extends AutoCloseable {
    /**
     * Logits of several raw inputs.
     *
     * @param inputs {@code rows} inputs of the specification's bytes each, from {@code offset}
     * @param out receives [rows][classes], row after row, before softmax
     * @param room of the calling thread
     */
    void logits(byte[] inputs, int offset, int rows, float[] out, Workspace room);

    /** Logits [classes] of one raw input. */
    default void logits(byte[] input, int offset, float[] out) {
        logits(input, offset, 1, out, new Workspace());
    }

    /** Frees native memory, if there is any. */
    @Override
    void close();

    /**
     * Makes a student ready.
     *
     * @param weights flat, in the order of the layout; copied
     * @param installed the file of a TorchScript student
     * @throws io.decant.model.spec.InvalidModelException when a TorchScript student has no file, or
     *     another one
     */
    static StudentForward of(ModelSpec spec, float[] weights, Optional<ScriptStudent> installed) {
        if (spec.architecture() instanceof TorchScript) {
            return ScriptForward.load(spec, weights, ScriptStudent.required(spec, installed));
        }
        MlpForward forward = new MlpForward(spec);
        MlpForward.Weights ready = forward.weights(weights);
        return new StudentForward() {
            @Override
            public void logits(byte[] inputs, int offset, int rows, float[] out, Workspace room) {
                forward.logits(ready, inputs, offset, rows, out, room);
            }

            @Override
            public void close() {}
        };
    }
}
