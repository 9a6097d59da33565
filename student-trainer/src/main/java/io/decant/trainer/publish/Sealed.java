package io.decant.trainer.publish;

import io.decant.model.checkpoint.Anchor;
import io.decant.model.digest.Sha256;
import io.decant.model.forward.MlpForward;
import io.decant.model.spec.CannedInput;
import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint as bytes with its digests, before anything is sent: the costly part, off the
 * learning thread. Every version is in anchor form, and its weights e_n are the student's average.
 * <i>Immutable.</i>
 *
 * @param stateChunks pieces of the whole state
 * @param stateSlot where the state is written; empty when this version's is not
 * @param anchorChunks pieces of the anchor
 * @param expectedLogits [canned inputs][classes] of e_n, before softmax
 */
record Sealed(
        Checkpoint checkpoint,
        ModelSpec spec,
        List<ByteBuffer> stateChunks,
        Optional<String> stateSlot,
        byte[] stateDigest,
        List<ByteBuffer> anchorChunks,
        byte[] weightsDigest,
        List<List<Float>> expectedLogits) {

    static Sealed of(Checkpoint checkpoint, StateSchedule schedule) {
        ModelSpec spec = checkpoint.state().spec();
        byte[] state = checkpoint.state().toBytes();
        ByteBuffer weights = checkpoint.state().studentAverage();
        return new Sealed(
                checkpoint,
                spec,
                Chunks.of(state),
                schedule.slot(checkpoint.version(), state.length, checkpoint.finished()),
                Sha256.of(state),
                Chunks.of(Anchor.encode(spec, weights)),
                Sha256.of(weights),
                logits(spec, weights));
    }

    private static List<List<Float>> logits(ModelSpec spec, ByteBuffer weights) {
        float[] parameters = new float[spec.parameterCount()];
        weights.asFloatBuffer().get(parameters);
        MlpForward forward = new MlpForward(spec);
        MlpForward.Weights ready = forward.weights(parameters);
        float[] out = new float[spec.classCount()];
        List<List<Float>> all = new ArrayList<>();
        for (CannedInput input : spec.cannedInputs()) {
            forward.logits(ready, input.bytes(), 0, out);
            List<Float> row = new ArrayList<>(out.length);
            for (float logit : out) {
                row.add(logit);
            }
            all.add(row);
        }
        return all;
    }

    static long bytes(List<ByteBuffer> chunks) {
        return chunks.stream().mapToLong(ByteBuffer::remaining).sum();
    }
}
