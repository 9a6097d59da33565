package io.decant.gateway.reload;

import io.decant.model.checkpoint.Anchor;
import io.decant.model.digest.Sha256;
import io.decant.model.forward.MlpForward;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.WeightsChunk;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Turns fetched chunks into a model, or says why not. Everything is verified before a byte is
 * served: chunk digests, the spec's digest, the digest of the weights, and the answers to the
 * canned inputs. Pure. <i>Immutable.</i>
 *
 * @param tolerance of the canned inputs' logits, relative to the larger of 1 and the greatest
 *     expected logit
 */
public record CandidateCheck(double tolerance) {
    /** What became of a candidate. */
    public sealed interface Verdict {
        /** It is what its manifest says, and it answers as its trainer expected. */
        record Accepted(CheckpointManifest manifest, Anchor anchor, MlpForward.Weights weights)
                implements Verdict {}

        /**
         * It must not be served.
         *
         * @param reason one sentence
         */
        record Refused(String reason) implements Verdict {}
    }

    /** Verifies chunks as they came from the topic. */
    public Verdict check(
            CheckpointManifest manifest, CheckpointForm form, List<WeightsChunk> chunks) {
        int parts = form.getChunkDigests().size();
        if (chunks.size() != parts) {
            return new Verdict.Refused(
                    "the offset range holds "
                            + chunks.size()
                            + " chunks of the model; the manifest announces "
                            + parts
                            + " (compaction may have removed them)");
        }
        ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(form.getBytes()));
        for (int part = 0; part < parts; part++) {
            WeightsChunk chunk = chunks.get(part);
            String name = "chunk " + part + " of " + parts;
            if (chunk.getVersion() != manifest.getVersion()
                    || !chunk.getModel().equals(manifest.getModel())
                    || chunk.getForm() != form.getForm()
                    || chunk.getPart() != part
                    || chunk.getParts() != parts) {
                return new Verdict.Refused(
                        name
                                + " is "
                                + chunk.getModel()
                                + "/"
                                + chunk.getVersion()
                                + "/"
                                + chunk.getForm()
                                + "/"
                                + chunk.getPart()
                                + "; expected version "
                                + manifest.getVersion()
                                + " "
                                + form.getForm());
            }
            if (!ByteBuffer.wrap(Sha256.of(chunk.getData()))
                    .equals(form.getChunkDigests().get(part))) {
                return new Verdict.Refused(
                        name + " does not have the SHA-256 that the manifest announces");
            }
            if (chunk.getData().remaining() > file.remaining()) {
                return new Verdict.Refused(
                        "the chunks hold more than the " + form.getBytes() + " bytes announced");
            }
            file.put(chunk.getData().duplicate());
        }
        if (file.hasRemaining()) {
            return new Verdict.Refused(
                    "the chunks hold "
                            + file.position()
                            + " bytes; the manifest announces "
                            + form.getBytes());
        }
        return check(manifest, file.array());
    }

    /** Verifies an anchor's file against its manifest. */
    public Verdict check(CheckpointManifest manifest, byte[] file) {
        Anchor anchor;
        try {
            anchor = Anchor.decode(file);
        } catch (InvalidModelException damaged) {
            return new Verdict.Refused("its weights cannot be read: " + damaged.getMessage());
        }
        if (!ByteBuffer.wrap(anchor.spec().digest()).equals(manifest.getSpecDigest())) {
            return new Verdict.Refused(
                    "its specification does not have the SHA-256 that the manifest announces");
        }
        if (!ByteBuffer.wrap(anchor.weightsDigest()).equals(manifest.getWeightsDigest())) {
            return new Verdict.Refused(
                    "its weights do not have the SHA-256 that the manifest announces");
        }
        ModelSpec spec = anchor.spec();
        MlpForward forward = new MlpForward(spec);
        MlpForward.Weights weights = forward.weights(anchor.floats());
        return SmokeTest.problem(forward, weights, spec, manifest.getExpectedLogits(), tolerance)
                .<Verdict>map(Verdict.Refused::new)
                .orElseGet(() -> new Verdict.Accepted(manifest, anchor, weights));
    }
}
