package io.decant.trainer.publish;

import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.AnchorEncoding;
import io.decant.model.checkpoint.Delta;
import io.decant.model.checkpoint.WeightsChain;
import io.decant.model.digest.Sha256;
import io.decant.model.forward.StudentForward;
import io.decant.model.spec.CannedInput;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.torch.ScriptStudent;
import io.decant.records.FormKind;
import io.decant.records.WeightEncoding;
import io.decant.trainer.learn.LearnerState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint as bytes with its digests, before anything is sent: the costly part, off the
 * learning thread. Each form was read back as a gateway will read it, and gives e_n bit for bit.
 * <i>Immutable.</i>
 *
 * @param stateChunks pieces of the whole state
 * @param stateSlot where the state is written; empty when this version's is not
 * @param forms of the weights: the delta first, as most readers want only that
 * @param weights e_n, what the next version's delta adds to
 * @param averageDigest SHA-256 of EMA_n
 * @param expectedLogits [canned inputs][classes] of e_n, before softmax
 */
record Sealed(
        Checkpoint checkpoint,
        ModelSpec spec,
        List<ByteBuffer> stateChunks,
        Optional<String> stateSlot,
        byte[] stateDigest,
        List<SealedForm> forms,
        WeightsChain weights,
        byte[] averageDigest,
        List<List<Float>> expectedLogits) {

    /**
     * Seals a checkpoint.
     *
     * @param parent the weights of the version before; empty when nobody has any
     * @param student file of a TorchScript student
     * @throws IllegalStateException when a form would not give the version's weights
     */
    static Sealed of(
            Checkpoint checkpoint,
            Optional<WeightsChain> parent,
            Optional<ScriptStudent> student,
            StateSchedule schedule) {
        ModelSpec spec = checkpoint.state().spec();
        byte[] state = checkpoint.state().toBytes();
        WeightsChain weights = weights(checkpoint.state());
        return new Sealed(
                checkpoint,
                spec,
                Chunks.of(state),
                schedule.slot(checkpoint.version(), state.length, checkpoint.finished()),
                Sha256.of(state),
                forms(checkpoint, parent, weights),
                weights,
                Sha256.of(checkpoint.state().studentAverage()),
                logits(spec, weights.weights(), student));
    }

    /** What a state's version is. */
    static WeightsChain weights(LearnerState state) {
        ModelSpec spec = state.spec();
        float[] values = new float[spec.parameterCount()];
        state.published().asFloatBuffer().get(values);
        return WeightsChain.at(spec, values);
    }

    private static List<SealedForm> forms(
            Checkpoint checkpoint, Optional<WeightsChain> parent, WeightsChain weights) {
        byte[] digest = weights.digest();
        List<SealedForm> forms = new ArrayList<>();
        try {
            Optional<Delta> delta = checkpoint.forms().delta();
            if (delta.isPresent()) {
                byte[] bytes = delta.get().toBytes();
                parent.orElseThrow(() -> new InvalidModelException("its parent is not known"))
                        .then(bytes, digest);
                forms.add(SealedForm.of(FormKind.DELTA, WeightEncoding.F16, bytes));
            }
            Optional<AnchorEncoding> anchor = checkpoint.forms().anchor();
            if (anchor.isPresent()) {
                ByteBuffer flat = checkpoint.state().published();
                byte[] bytes = Anchor.encode(weights.spec(), flat, anchor.get());
                WeightsChain.start(bytes, digest);
                forms.add(
                        SealedForm.of(
                                FormKind.ANCHOR,
                                WeightEncoding.valueOf(anchor.get().name()),
                                bytes));
            }
        } catch (InvalidModelException wrong) {
            throw new IllegalStateException(
                    "version "
                            + checkpoint.version()
                            + " is not published, as no reader could rebuild it: "
                            + wrong.getMessage(),
                    wrong);
        }
        return forms;
    }

    private static List<List<Float>> logits(
            ModelSpec spec, float[] parameters, Optional<ScriptStudent> student) {
        float[] out = new float[spec.classCount()];
        List<List<Float>> all = new ArrayList<>();
        try (StudentForward ready = StudentForward.of(spec, parameters, student)) {
            for (CannedInput input : spec.cannedInputs()) {
                ready.logits(input.bytes(), 0, out);
                List<Float> row = new ArrayList<>(out.length);
                for (float logit : out) {
                    row.add(logit);
                }
                all.add(row);
            }
        }
        return all;
    }
}
