package io.decant.model.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.Mlp;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.Precision;
import io.decant.model.step.NaiveMlp.Row;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Bf16StepTest {
    private static final long SEED = 7;
    private static final StepSettings SETTINGS = StepSettings.defaults();

    /** A few roundings to bf16, each of at most 2^-9. */
    private static final double TOLERANCE = 0.02;

    /**
     * A unit near 0 may be on in one precision and off in the other, for one row in some hundreds.
     */
    private static final double GRADIENT_TOLERANCE = 0.1;

    /** Bytes and other inputs, one hidden layer and two, with biases and without. */
    static Stream<ModelSpec> students() {
        ModelSpec bytes = StepRun.SPEC;
        InputSpec floats = new InputSpec(DType.F32, List.of(6), 0.5, 0.1, 0.7);
        return Stream.of(
                bytes,
                ModelSpec.mlp(List.of(48, 32, 16, 7), bytes.input()),
                new ModelSpec(
                        new Mlp(bytes.mlp().dims(), "relu", false),
                        bytes.input(),
                        Precision.FP32,
                        1,
                        List.of()),
                ModelSpec.mlp(List.of(6, 20, 9, 3), floats));
    }

    @ParameterizedTest
    @MethodSource("students")
    void gradientLogitsAndLossAgreeWithSinglePrecisionUpToRounding(ModelSpec spec) {
        // Given
        Row[] rows = Batches.rows(spec, 19, SEED);
        try (TrainingStep exact = step(spec, 32);
                TrainingStep rounded = step(spec.with(Precision.BF16), 32)) {
            Batches.fill(exact, rows);
            Batches.fill(rounded, rows);
            // When
            double exactLoss = exact.loss(rows.length);
            double roundedLoss = rounded.loss(rows.length);
            exact.step(rows.length);
            rounded.step(rows.length);
            // Then
            assertThat(roundedLoss).isCloseTo(exactLoss, within(TOLERANCE * exactLoss));
            assertClose(
                    Batches.floats(rounded.gradient()),
                    Batches.floats(exact.gradient()),
                    GRADIENT_TOLERANCE);
            for (int row = 0; row < rows.length; row++) {
                assertClose(logits(rounded, row), logits(exact, row), TOLERANCE);
            }
            assertThat(Batches.bytes(rounded.gradient()))
                    .isNotEqualTo(Batches.bytes(exact.gradient()));
        }
    }

    @Test
    void whatStandsInRowsBeyondTheCountHasNoInfluence() {
        // Given
        ModelSpec spec = Batches.spec(DType.F32, List.of(6, 20, 3), List.of(6));
        Row[] rows = Batches.rows(spec, 16, SEED);
        ByteBuffer rubbish = ByteBuffer.allocate(spec.input().bytes());
        rubbish.asFloatBuffer().put(0, Float.NaN).put(1, Float.POSITIVE_INFINITY);
        try (TrainingStep clean = step(spec.with(Precision.BF16), 3);
                TrainingStep littered = step(spec.with(Precision.BF16), 16)) {
            for (int count : new int[] {3, 1, 2, 3, 1}) {
                Batches.fill(clean, Arrays.copyOf(rows, count));
                Batches.fill(littered, rows);
                for (int row = count; row < 16; row++) {
                    littered.input(row, rubbish);
                }
                // When
                clean.step(count);
                littered.step(count);
                // Then
                assertThat(Batches.bytes(littered.weights()))
                        .isEqualTo(Batches.bytes(clean.weights()));
                assertThat(littered.loss(count)).isEqualTo(clean.loss(count)).isFinite();
            }
        }
    }

    @Test
    void aRestoredStepGoesOnBitForBitAndTheSameStepsGiveTheSameBits() {
        // Given
        ModelSpec spec = StepRun.SPEC.with(Precision.BF16);
        try (TrainingStep straight = step(spec, 32);
                TrainingStep resumed = step(spec, 32)) {
            run(straight, 0, 40);
            // When
            resumed.restore(
                    copy(straight.weights()),
                    copy(straight.firstMoment()),
                    copy(straight.secondMoment()),
                    copy(straight.ema()),
                    straight.steps());
            run(straight, 40, 90);
            run(resumed, 40, 90);
            // Then
            assertThat(Batches.bytes(resumed.weights()))
                    .isEqualTo(Batches.bytes(straight.weights()));
            assertThat(Batches.bytes(resumed.ema())).isEqualTo(Batches.bytes(straight.ema()));
        }
    }

    @Test
    void lossesStayNearThoseOfSinglePrecision() {
        // Given
        try (TrainingStep exact = step(StepRun.SPEC, 32);
                TrainingStep rounded = step(StepRun.SPEC.with(Precision.BF16), 32)) {
            // When
            run(exact, 0, 200);
            run(rounded, 0, 200);
            double exactLoss = StepRun.lossThenAdvance(exact, 200);
            double roundedLoss = StepRun.lossThenAdvance(rounded, 200);
            // Then
            assertThat(roundedLoss).isCloseTo(exactLoss, within(0.05 * exactLoss));
        }
    }

    private static TrainingStep step(ModelSpec spec, int capacity) {
        TrainingStep step = TrainingStep.create(spec, SETTINGS, capacity);
        step.initialise(InitialWeights.uniform(spec, SEED));
        return step;
    }

    private static void run(TrainingStep step, int from, int to) {
        for (int k = from; k < to; k++) {
            StepRun.advance(step, k);
        }
    }

    private static float[] logits(TrainingStep step, int row) {
        float[] logits = new float[step.spec().classCount()];
        step.logits(row, logits);
        return logits;
    }

    private static ByteBuffer copy(ByteBuffer buffer) {
        return ByteBuffer.wrap(Batches.bytes(buffer));
    }

    /** As vectors. */
    private static void assertClose(float[] actual, float[] expected, double tolerance) {
        double size = 0;
        double distance = 0;
        for (int i = 0; i < expected.length; i++) {
            size += expected[i] * (double) expected[i];
            distance += Math.pow(actual[i] - (double) expected[i], 2);
        }
        assertThat(size).isPositive();
        assertThat(Math.sqrt(distance / size)).isLessThan(tolerance);
    }
}
