package io.decant.follower.reload;

import io.decant.follower.registry.ManifestRecord;
import io.decant.model.checkpoint.WeightsChain;
import io.decant.model.forward.InstalledStudents;
import io.decant.model.forward.StudentForward;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.records.CheckpointManifest;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Turns rebuilt weights into a model, or says why not: the spec's digest, the digest of the
 * weights, and the answers to the canned inputs are verified before a byte is served.
 * <i>Thread-safe.</i>
 *
 * @param tolerance of the canned inputs' logits, relative to the larger of 1 and the greatest
 *     expected logit
 * @param students files of TorchScript students; a version of another one is refused
 */
public record CandidateCheck(double tolerance, InstalledStudents students) {
    /** What became of a candidate. */
    public sealed interface Verdict {
        /**
         * It is what its manifest says, and it answers as its trainer expected.
         *
         * @param student ready to answer; held by whoever asked for the verdict
         */
        record Accepted(ManifestRecord record, WeightsChain chain, SharedStudent student)
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
        StudentForward student;
        try {
            student = students.ready(spec, chain.weights());
        } catch (InvalidModelException unfit) {
            return new Verdict.Refused("it cannot answer here: " + unfit.getMessage());
        }
        Optional<String> problem =
                SmokeTest.problem(student, spec, manifest.getExpectedLogits(), tolerance);
        if (problem.isPresent()) {
            student.close();
            return new Verdict.Refused(problem.get());
        }
        return new Verdict.Accepted(record, chain, new SharedStudent(student));
    }
}
