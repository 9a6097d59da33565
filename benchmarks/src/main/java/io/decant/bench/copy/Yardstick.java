package io.decant.bench.copy;

import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import java.util.List;
import java.util.Random;

/**
 * A student of one layer whose weights are −1, 0 or 1: its logits are sums of a record's bytes,
 * which fp32 holds exactly. So a row can be checked, byte by byte, also where only a prediction can
 * see it. <i>Immutable; the array is shared and never written.</i>
 *
 * @param weights [outputs, inputs] and then biases of 0
 */
record Yardstick(ModelSpec spec, float[] weights) {
    private static final int OUTPUTS = 10;

    static Yardstick of(int bytes, long seed) {
        Random random = new Random(seed);
        ModelSpec spec =
                ModelSpec.mlp(
                        List.of(bytes, OUTPUTS), new InputSpec(DType.U8, List.of(bytes), 1, 0, 1));
        float[] weights = new float[spec.parameterCount()];
        for (int i = 0; i < bytes * OUTPUTS; i++) {
            weights[i] = random.nextInt(3) - 1;
        }
        return new Yardstick(spec, weights);
    }

    int bytes() {
        return spec.input().bytes();
    }

    /** The logits of an input that was copied as numbers. */
    float[] logits(float[] input) {
        float[] logits = new float[OUTPUTS];
        for (int output = 0; output < OUTPUTS; output++) {
            for (int i = 0; i < input.length; i++) {
                logits[output] += weights[output * input.length + i] * input[i];
            }
        }
        return logits;
    }
}
