package io.decant.trainer.learn;

import io.decant.model.forward.StudentForward;
import io.decant.model.number.Greatest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The share of samples that two versions answer otherwise: what a gateway's callers see of a new
 * one. <i>Thread-safe: all methods are pure.</i>
 */
final class Churn {
    private Churn() {}

    /**
     * Asks both.
     *
     * @param samples raw inputs
     * @param classes that either answers with
     * @return in [0, 1]; empty without samples
     */
    static OptionalDouble of(
            StudentForward before, StudentForward after, List<ByteBuffer> samples, int classes) {
        float[] logits = new float[classes];
        long changed = 0;
        for (ByteBuffer sample : samples) {
            byte[] raw = new byte[sample.remaining()];
            sample.duplicate().get(raw);
            changed += answer(before, raw, logits) == answer(after, raw, logits) ? 0 : 1;
        }
        return samples.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) changed / samples.size());
    }

    private static int answer(StudentForward student, byte[] raw, float[] logits) {
        student.logits(raw, 0, logits);
        return Greatest.of(logits);
    }
}
