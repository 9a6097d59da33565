package io.decant.follower.reload;

import io.decant.model.forward.StudentForward;
import io.decant.model.spec.CannedInput;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import java.util.List;
import java.util.Optional;

/**
 * Asks a candidate the questions whose answers its trainer published. It finds what digests cannot:
 * a forward pass here that differs from the trainer's. <i>Thread-safe: pure.</i>
 */
public final class SmokeTest {
    private SmokeTest() {}

    /**
     * Says what is wrong, if anything.
     *
     * @param expected [inputs][classes] logits, one row for each canned input of the spec
     * @param tolerance relative to the larger of 1 and the row's greatest magnitude
     */
    public static Optional<String> problem(
            StudentForward student, ModelSpec spec, List<List<Float>> expected, double tolerance) {
        try {
            return difference(student, spec, expected, tolerance);
        } catch (InvalidModelException broken) {
            // A TorchScript student may refuse what a specification says about its input.
            return Optional.of(broken.getMessage());
        }
    }

    private static Optional<String> difference(
            StudentForward student, ModelSpec spec, List<List<Float>> expected, double tolerance) {
        List<CannedInput> inputs = spec.cannedInputs();
        if (expected.size() != inputs.size()) {
            return Optional.of(
                    "the manifest has expected logits for "
                            + expected.size()
                            + " canned inputs; the specification has "
                            + inputs.size());
        }
        float[] logits = new float[spec.classCount()];
        if (inputs.isEmpty()) {
            student.logits(new byte[spec.input().bytes()], 0, logits);
            return notFinite(logits, "zeros");
        }
        for (int i = 0; i < inputs.size(); i++) {
            List<Float> row = expected.get(i);
            String name = "canned input " + i;
            if (row.size() != logits.length) {
                return Optional.of(
                        "the manifest expects "
                                + row.size()
                                + " logits for "
                                + name
                                + "; the model has "
                                + logits.length
                                + " classes");
            }
            student.logits(inputs.get(i).bytes(), 0, logits);
            Optional<String> problem = notFinite(logits, name);
            if (problem.isPresent()) {
                return problem;
            }
            if (!row.stream().allMatch(Float::isFinite)) {
                return Optional.of("the manifest expects " + row + " for " + name);
            }
            double scale = row.stream().mapToDouble(Math::abs).reduce(1, Math::max);
            for (int c = 0; c < logits.length; c++) {
                if (Math.abs(logits[c] - row.get(c)) > tolerance * scale) {
                    return Optional.of(
                            "it answers "
                                    + logits[c]
                                    + " for class "
                                    + c
                                    + " of "
                                    + name
                                    + "; its trainer expects "
                                    + row.get(c));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> notFinite(float[] logits, String name) {
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                return Optional.of("it answers " + logit + " for " + name);
            }
        }
        return Optional.empty();
    }
}
