package io.decant.bench.classes;

import io.decant.model.forward.ForwardArchive;
import io.decant.model.random.SplitMix64;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.teacher.TeacherCardFacts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * A thousand classes whose exact posterior is known: a mixture of Gaussians in 64 dimensions, 50
 * groups of 20 classes. A group's centre has standard normal coordinates, a class's centre is off
 * it by {@value #CLASS_SPREAD} standard deviations, and a sample is off that by {@value #NOISE}.
 * The same seed gives the same classes and samples on every machine: {@link Random#nextGaussian} is
 * specified to the bit. <i>Immutable.</i>
 *
 * <p>With equal priors and noise the posterior's logits are linear in the sample: log p(c|x) =
 * x·μ_c / σ² − |μ_c|² / (2σ²) + a term that all classes share. So the best possible teacher is a
 * layer of weights.
 */
final class GaussianClasses {
    static final int INPUTS = 64;
    static final int CLASSES = 1000;
    private static final int CLASSES_IN_GROUP = 20;
    private static final double CLASS_SPREAD = 0.45;
    private static final double NOISE = 2.1;

    private final long seed;

    /** [classes][inputs]. */
    private final double[][] centres = new double[CLASSES][INPUTS];

    /** Draws the classes. */
    GaussianClasses(long seed) {
        this.seed = seed;
        Random random = new Random(SplitMix64.at(seed, 0));
        double[] group = new double[INPUTS];
        for (int c = 0; c < CLASSES; c++) {
            for (int i = 0; i < INPUTS && c % CLASSES_IN_GROUP == 0; i++) {
                group[i] = random.nextGaussian();
            }
            for (int i = 0; i < INPUTS; i++) {
                centres[c][i] = group[i] + CLASS_SPREAD * random.nextGaussian();
            }
        }
    }

    /**
     * Samples of these classes.
     *
     * @param features [samples, inputs] binary32, little-endian
     * @param labels [samples]
     */
    record Drawn(byte[] features, int[] labels) {
        static final int SAMPLE_BYTES = INPUTS * Float.BYTES;

        int size() {
            return labels.length;
        }
    }

    /**
     * Draws samples, all classes equally likely.
     *
     * @param stream another number gives other samples, at least 1
     */
    Drawn draw(int samples, long stream) {
        Random random = new Random(SplitMix64.at(seed, stream));
        ByteBuffer features =
                ByteBuffer.allocate(Math.multiplyExact(samples, Drawn.SAMPLE_BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        int[] labels = new int[samples];
        for (int s = 0; s < samples; s++) {
            labels[s] = random.nextInt(CLASSES);
            for (double centre : centres[labels[s]]) {
                features.putFloat((float) (centre + NOISE * random.nextGaussian()));
            }
        }
        return new Drawn(features.array(), labels);
    }

    /** A student of these classes; inputs are standardised by what they are drawn from. */
    ModelSpec student(int hidden) {
        double variance = 1 + CLASS_SPREAD * CLASS_SPREAD + NOISE * NOISE;
        InputSpec input = new InputSpec(DType.F32, List.of(INPUTS), 1, 0, Math.sqrt(variance));
        return ModelSpec.mlp(List.of(INPUTS, hidden, CLASSES), input);
    }

    /** The exact posterior as a TorchScript file. */
    byte[] teacher() {
        InputSpec input = new InputSpec(DType.F32, List.of(INPUTS), 1, 0, 1);
        ModelSpec spec = ModelSpec.mlp(List.of(INPUTS, CLASSES), input);
        ParameterLayout layout = ParameterLayout.of(spec);
        ByteBuffer weights =
                ByteBuffer.allocate(spec.parameterCount() * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int c = 0; c < CLASSES; c++) {
            double square = 0;
            for (int i = 0; i < INPUTS; i++) {
                int at = layout.weight(0).offset() + c * INPUTS + i;
                weights.putFloat(at * Float.BYTES, (float) (centres[c][i] / (NOISE * NOISE)));
                square += centres[c][i] * centres[c][i];
            }
            int bias = layout.bias(0).offset() + c;
            weights.putFloat(bias * Float.BYTES, (float) (-square / (2 * NOISE * NOISE)));
        }
        TeacherCardFacts facts =
                new TeacherCardFacts(
                        input,
                        true,
                        Optional.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.of(0));
        return ForwardArchive.of(spec, weights)
                .extra(TeacherCardFacts.EXTRA, facts.toJson())
                .toBytes();
    }
}
