package io.decant.model.step;

import io.decant.model.digest.Sha256;
import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.NaiveMlp.Row;
import java.util.HexFormat;
import java.util.List;

/**
 * A fixed training run; as a program it prints the digest of its weights, so that two processes can
 * be compared.
 */
final class StepRun {
    static final ModelSpec SPEC =
            ModelSpec.mlp(
                    List.of(48, 32, 7),
                    new InputSpec(DType.U8, List.of(6, 8), 1 / 255.0, 0.5, 0.29));
    static final long SEED = 11;

    private StepRun() {}

    public static void main(String[] arguments) {
        System.out.println(digestAfter(Integer.parseInt(arguments[0])));
    }

    static String digestAfter(int steps) {
        try (TrainingStep step = TrainingStep.create(SPEC, StepSettings.defaults(), 32)) {
            step.initialise(InitialWeights.uniform(SPEC, SEED));
            for (int k = 0; k < steps; k++) {
                advance(step, k);
            }
            return HexFormat.of().formatHex(Sha256.of(step.weights()))
                    + HexFormat.of().formatHex(Sha256.of(step.ema()));
        }
    }

    /** Loss of batch {@code k} before it is learned. */
    static double lossThenAdvance(TrainingStep step, int k) {
        Row[] rows = fill(step, k);
        double loss = step.loss(rows.length);
        step.step(rows.length);
        return loss;
    }

    static void advance(TrainingStep step, int k) {
        step.step(fill(step, k).length);
    }

    /** Batches of 25 to 32 rows that repeat after 40: learnable, and with changing shapes. */
    static Row[] batch(int k) {
        return Batches.rows(SPEC, 25 + k % 8, SEED + k % 40);
    }

    private static Row[] fill(TrainingStep step, int k) {
        Row[] rows = batch(k);
        Batches.fill(step, rows);
        return rows;
    }
}
