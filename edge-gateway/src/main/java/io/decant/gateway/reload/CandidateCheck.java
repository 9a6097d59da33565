package io.decant.gateway.reload;

import io.decant.gateway.registry.ManifestRecord;
import io.decant.model.checkpoint.WeightsChain;
import io.decant.model.forward.MlpForward;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.records.CheckpointManifest;
import java.nio.ByteBuffer;

/**
 * Turns rebuilt weights into a model, or says why not: the spec's digest, the digest of the
 * weights, and the answers to the canned inputs are verified before a byte is served. Pure.
 * <i>Immutable.</i>
 *
 * @param tolerance of the canned inputs' logits, relative to the larger of 1 and the greatest
 *     expected logit
 */
public record CandidateCheck(double tolerance) {
    /** What became of a candidate. */
    public sealed interface Verdict {
        /** It is what its manifest says, and it answers as its trainer expected. */
        record Accepted(ManifestRecord record, WeightsChain chain, MlpForward.Weights weights)
                implements Verdict {
            public CheckpointManifest manifest() {
                return record.manifest();
            }

            public ModelSpec spec() {
                return chain.spec();
            }
        }

        /**
         * It must not be served.
         *
         * @param reason one sentence
         */
        record Refused(String reason) implements Verdict {}
    }

    /** Verifies a version in full, as it lies on disk. */
    public Verdict check(ManifestRecord record, byte[] anchor) {
        ByteBuffer digest = record.manifest().getWeightsDigest().duplicate();
        byte[] expected = new byte[digest.remaining()];
        digest.get(expected);
        try {
            return check(record, WeightsChain.start(anchor, expected));
        } catch (InvalidModelException damaged) {
            return new Verdict.Refused("its weights cannot be used: " + damaged.getMessage());
        }
    }

    /** Verifies weights that were rebuilt. */
    public Verdict check(ManifestRecord record, WeightsChain chain) {
        CheckpointManifest manifest = record.manifest();
        ModelSpec spec = chain.spec();
        if (!ByteBuffer.wrap(spec.digest()).equals(manifest.getSpecDigest())) {
            return new Verdict.Refused(
                    "its specification does not have the SHA-256 that the manifest announces");
        }
        if (!ByteBuffer.wrap(chain.digest()).equals(manifest.getWeightsDigest())) {
            return new Verdict.Refused(
                    "its weights do not have the SHA-256 that the manifest announces");
        }
        MlpForward forward = new MlpForward(spec);
        MlpForward.Weights weights = forward.weights(chain.weights());
        return SmokeTest.problem(forward, weights, spec, manifest.getExpectedLogits(), tolerance)
                .<Verdict>map(Verdict.Refused::new)
                .orElseGet(() -> new Verdict.Accepted(record, chain, weights));
    }
}
