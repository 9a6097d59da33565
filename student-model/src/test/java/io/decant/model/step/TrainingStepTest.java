package io.decant.model.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.model.loss.Dist;
import io.decant.model.loss.TeacherLoss;
import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.Mlp;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.spec.Precision;
import io.decant.model.step.NaiveMlp.Row;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingStepTest {
    private static final long SEED = 7;
    private static final StepSettings SETTINGS = StepSettings.defaults();

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "I8")
    void lossAndLogitsAgreeWithTheNaiveReferenceForEveryInputType(DType dtype) {
        // Given
        ModelSpec spec = Batches.spec(dtype, List.of(6, 5, 3), List.of(2, 3));
        float[] weights = InitialWeights.uniform(spec, SEED);
        NaiveMlp naive = new NaiveMlp(spec, SETTINGS.temperature());
        Row[] rows = Batches.rows(spec, 9, SEED);
        try (TrainingStep step = TrainingStep.create(spec, SETTINGS, 16)) {
            step.initialise(weights);
            Batches.fill(step, rows);
            // When
            double loss = step.loss(rows.length);
            // Then
            double expected = naive.loss(NaiveMlp.widen(weights), rows);
            assertThat(loss).isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
            float[] logits = new float[3];
            for (int i = 0; i < rows.length; i++) {
                step.logits(i, logits);
                double[] reference = naive.logits(NaiveMlp.widen(weights), rows[i].raw());
                for (int c = 0; c < logits.length; c++) {
                    assertThat((double) logits[c])
                            .isCloseTo(
                                    reference[c],
                                    within(1e-5 * Math.max(1, Math.abs(reference[c]))));
                }
            }
        }
    }

    @Test
    void withoutBiasTheBiasesStayZeroAndTheWeightsStillLearn() {
        // Given
        ModelSpec with = Batches.SMALL;
        ModelSpec spec =
                new ModelSpec(
                        new Mlp(with.mlp().dims(), "relu", false),
                        with.input(),
                        Precision.FP32,
                        1,
                        List.of());
        float[] weights = InitialWeights.uniform(spec, SEED);
        Row[] rows = Batches.rows(spec, 11, SEED);
        try (TrainingStep step = TrainingStep.create(spec, SETTINGS, 16)) {
            step.initialise(weights);
            Batches.fill(step, rows);
            // When
            step.step(rows.length);
            step.step(rows.length);
            // Then
            float[] learned = Batches.floats(step.weights());
            ParameterLayout layout = ParameterLayout.of(spec);
            for (int layer = 0; layer < spec.mlp().layers(); layer++) {
                ParameterLayout.Parameter bias = layout.bias(layer);
                assertThat(Arrays.copyOfRange(learned, bias.offset(), bias.offset() + bias.size()))
                        .containsOnly(0f);
            }
            assertThat(learned[0]).isNotEqualTo(weights[0]);
        }
    }

    @Test
    void gradientAgreesWithFiniteDifferencesOfTheNaiveLossInDouble() {
        // Given
        ModelSpec spec = Batches.SMALL;
        float[] weights = InitialWeights.uniform(spec, SEED);
        NaiveMlp naive = new NaiveMlp(spec, SETTINGS.temperature());
        Row[] rows = Batches.rows(spec, 11, SEED);
        try (TrainingStep step = TrainingStep.create(spec, SETTINGS, 16)) {
            step.initialise(weights);
            Batches.fill(step, rows);
            // When
            step.step(rows.length);
            // Then
            float[] gradient = Batches.floats(step.gradient());
            double[] point = NaiveMlp.widen(weights);
            double[] analytic = naive.gradient(point, rows);
            for (int i = 0; i < point.length; i++) {
                double kept = point[i];
                point[i] = kept + 1e-6;
                double above = naive.loss(point, rows);
                point[i] = kept - 1e-6;
                double below = naive.loss(point, rows);
                point[i] = kept;
                assertThat(analytic[i]).isCloseTo((above - below) / 2e-6, within(1e-7));
                assertThat((double) gradient[i]).isCloseTo(analytic[i], within(1e-6));
            }
        }
    }

    @Test
    void weightsAndMomentsFollowThePublishedAdamAndTheAverageItsRule() {
        // Given
        ModelSpec spec = Batches.SMALL;
        float[] start = InitialWeights.uniform(spec, SEED);
        NaiveMlp naive = new NaiveMlp(spec, SETTINGS.temperature());
        NaiveAdam adam = new NaiveAdam(NaiveMlp.widen(start), SETTINGS);
        double[] average = NaiveMlp.widen(start);
        try (TrainingStep step = TrainingStep.create(spec, SETTINGS, 16)) {
            step.initialise(start);
            for (int t = 1; t <= 20; t++) {
                Row[] rows = Batches.rows(spec, 16, SEED + t);
                Batches.fill(step, rows);
                // When
                step.step(rows.length);
                adam.step(naive.gradient(adam.weights, rows));
                double decay = Math.min(SETTINGS.emaMaxDecay(), (1.0 + t) / (10.0 + t));
                for (int i = 0; i < average.length; i++) {
                    average[i] = decay * average[i] + (1 - decay) * adam.weights[i];
                }
            }
            // Then
            assertThat(step.steps()).isEqualTo(20);
            assertClose(Batches.floats(step.weights()), adam.weights, 1e-4);
            assertClose(Batches.floats(step.firstMoment()), adam.firstMoment, 1e-5);
            assertClose(Batches.floats(step.secondMoment()), adam.secondMoment, 1e-5);
            assertClose(Batches.floats(step.ema()), average, 1e-4);
        }
    }

    @Test
    void momentsThatNearlyVanishedBecomeZeroAndNothingElseChanges() {
        // Given: a sample whose terms are off, so that every gradient is 0
        float[] start = InitialWeights.uniform(Batches.SMALL, SEED);
        ByteBuffer weights = littleEndian(start);
        float[] tiny = new float[start.length];
        Arrays.fill(tiny, 1e-31f);
        tiny[0] = 1e-3f;
        try (TrainingStep step = TrainingStep.create(Batches.SMALL, SETTINGS, 1)) {
            Batches.fill(step, Batches.row(Batches.SMALL, new Random(SEED), 0, 0));
            step.restore(weights, littleEndian(tiny), littleEndian(tiny), weights, 126);
            // When
            step.step(1);
            float kept = step.firstMoment().getFloat(4);
            step.step(1);
            // Then
            assertThat(kept).isPositive();
            assertThat(step.steps()).isEqualTo(128);
            assertThat(step.firstMoment().getFloat(4)).isZero();
            assertThat(step.secondMoment().getFloat(4)).isZero();
            assertThat(step.firstMoment().getFloat(0)).isCloseTo(0.81e-3f, within(1e-9f));
            assertThat(step.weights().getFloat(4)).isEqualTo(start[1]);
        }
    }

    @ParameterizedTest
    @MethodSource("io.decant.model.loss.Losses#all")
    void aTeacherAloneMovesTheWeightsWithEveryLoss(TeacherLoss loss) {
        // Given
        float[] start = InitialWeights.uniform(Batches.SMALL, SEED);
        Random random = new Random(SEED);
        try (TrainingStep step = TrainingStep.create(Batches.SMALL, SETTINGS.with(loss), 2)) {
            step.initialise(start);
            Batches.fill(
                    step,
                    Batches.row(Batches.SMALL, random, 0.5, 0),
                    Batches.row(Batches.SMALL, random, 0.5, 0));
            double before = step.losses(2).teacher();
            // When
            for (int i = 0; i < 200; i++) {
                step.step(2);
            }
            // Then
            assertThat(Batches.floats(step.weights())).isNotEqualTo(start);
            assertThat(step.losses(2).teacher()).isLessThan(before / 2);
        }
    }

    @Test
    void aLossThatTwoClassesLeaveNothingToSayIsRefused() {
        ModelSpec spec = Batches.spec(DType.F32, List.of(6, 2), List.of(6));
        assertThatThrownBy(() -> TrainingStep.create(spec, SETTINGS.with(new Dist(2, 2)), 4))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("at least 3 classes, and the model has 2");
    }

    @Test
    void aStepMovesTheWeights() {
        // Given
        float[] start = InitialWeights.uniform(Batches.SMALL, SEED);
        try (TrainingStep step = TrainingStep.create(Batches.SMALL, SETTINGS, 4)) {
            step.initialise(start);
            Batches.fill(step, Batches.rows(Batches.SMALL, 4, SEED));
            // When
            step.step(4);
            // Then
            float[] moved = Batches.floats(step.weights());
            int changed = 0;
            for (int i = 0; i < moved.length; i++) {
                changed += moved[i] != start[i] ? 1 : 0;
            }
            assertThat(changed).isGreaterThan(start.length / 2);
        }
    }

    @Test
    void plainDescentSubtractsTheGradientAndTheAverageIsTheWeightsWhenItsDecayIsZero() {
        // Given
        float[] start = InitialWeights.uniform(Batches.SMALL, SEED);
        try (TrainingStep step = TrainingStep.create(Batches.SMALL, StepSettings.plain(1, 3), 4)) {
            step.initialise(start);
            Batches.fill(step, Batches.rows(Batches.SMALL, 4, SEED));
            // When
            step.step(4);
            // Then
            float[] gradient = Batches.floats(step.gradient());
            float[] expected = new float[start.length];
            for (int i = 0; i < start.length; i++) {
                expected[i] = start[i] - gradient[i];
            }
            assertThat(Batches.floats(step.weights())).containsExactly(expected);
            assertThat(Batches.bytes(step.ema())).isEqualTo(Batches.bytes(step.weights()));
        }
    }

    @Test
    void predictionsOfAStepAreThoseOfTheWeightsBeforeIt() {
        // Given
        Row[] rows = Batches.rows(Batches.SMALL, 8, SEED);
        float[] before = new float[3];
        float[] inStep = new float[3];
        try (TrainingStep step = TrainingStep.create(Batches.SMALL, SETTINGS, 8)) {
            step.initialise(InitialWeights.uniform(Batches.SMALL, SEED));
            Batches.fill(step, rows);
            step.predict(8);
            step.logits(5, before);
            int predicted = step.prediction(5);
            // When
            step.step(8);
            // Then
            step.logits(5, inStep);
            assertThat(inStep).containsExactly(before);
            assertThat(step.prediction(5)).isEqualTo(predicted).isEqualTo(argmax(before));
        }
    }

    @Test
    void rowsBeyondTheCountDoNotInfluenceAStep() {
        // Given
        Row[] rows = Batches.rows(Batches.SMALL, 8, SEED);
        try (TrainingStep exact = TrainingStep.create(Batches.SMALL, SETTINGS, 3);
                TrainingStep padded = TrainingStep.create(Batches.SMALL, SETTINGS, 32)) {
            exact.initialise(InitialWeights.uniform(Batches.SMALL, SEED));
            padded.initialise(InitialWeights.uniform(Batches.SMALL, SEED));
            for (int count : new int[] {3, 1, 2, 3, 1}) {
                Batches.fill(exact, Arrays.copyOf(rows, count));
                Batches.fill(padded, rows);
                // When
                exact.step(count);
                padded.step(count);
                // Then
                assertThat(Batches.bytes(padded.weights()))
                        .isEqualTo(Batches.bytes(exact.weights()));
            }
        }
    }

    @Test
    void aTermWithCoefficientZeroHasNoInfluence() {
        // Given
        Random random = new Random(SEED);
        Row row = Batches.row(Batches.SMALL, random, 0.5, 0);
        Row otherLabel = new Row(row.raw(), row.teacherLogits(), (row.label() + 1) % 3, 0.5, 0);
        try (TrainingStep step = TrainingStep.create(Batches.SMALL, SETTINGS, 2);
                TrainingStep other = TrainingStep.create(Batches.SMALL, SETTINGS, 2)) {
            step.initialise(InitialWeights.uniform(Batches.SMALL, SEED));
            other.initialise(InitialWeights.uniform(Batches.SMALL, SEED));
            Batches.fill(step, row);
            Batches.fill(other, otherLabel);
            // When
            step.step(1);
            other.step(1);
            // Then
            assertThat(Batches.bytes(step.gradient())).isEqualTo(Batches.bytes(other.gradient()));
            assertThat(step.losses(1).label()).isZero();
        }
    }

    @Test
    void aRestoredStepGoesOnBitForBit() {
        // Given
        ModelSpec spec = Batches.spec(DType.U8, List.of(6, 5, 3), List.of(6));
        try (TrainingStep straight = TrainingStep.create(spec, SETTINGS, 8);
                TrainingStep resumed = TrainingStep.create(spec, SETTINGS, 8)) {
            straight.initialise(InitialWeights.uniform(spec, SEED));
            run(straight, 0, 50);
            // When
            resumed.restore(
                    copy(straight.weights()),
                    copy(straight.firstMoment()),
                    copy(straight.secondMoment()),
                    copy(straight.ema()),
                    straight.steps());
            run(straight, 50, 100);
            run(resumed, 50, 100);
            // Then
            assertThat(resumed.steps()).isEqualTo(100);
            assertThat(Batches.bytes(resumed.weights()))
                    .isEqualTo(Batches.bytes(straight.weights()));
            assertThat(Batches.bytes(resumed.secondMoment()))
                    .isEqualTo(Batches.bytes(straight.secondMoment()));
            assertThat(Batches.bytes(resumed.ema())).isEqualTo(Batches.bytes(straight.ema()));
        }
    }

    @Test
    void stepsHoldNoMoreTensorsThanTheFirst() {
        // Given
        try (TrainingStep step = TrainingStep.create(Batches.SMALL, SETTINGS, 8)) {
            run(step, 0, 10);
            int held = step.heldTensors();
            // When
            run(step, 10, 200);
            // Then
            assertThat(step.heldTensors()).isEqualTo(held);
        }
    }

    @Test
    void wrongRowsAreRefused() {
        // Given
        try (TrainingStep step = TrainingStep.create(Batches.SMALL, SETTINGS, 2)) {
            // When // Then
            assertThatThrownBy(() -> step.step(3)).hasMessage("rows must be 1 to 2, was 3");
            assertThatThrownBy(() -> step.step(0)).hasMessage("rows must be 1 to 2, was 0");
            assertThatThrownBy(() -> step.label(0, 3))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> step.coefficients(2, 1, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> step.teacherLogits(0, new float[] {0, Float.NaN, 0}))
                    .hasMessage("teacher logit of class 1 must be finite, was NaN");
        }
    }

    private static void run(TrainingStep step, int from, int to) {
        for (int k = from; k < to; k++) {
            Row[] rows = Batches.rows(step.spec(), 1 + k % step.capacity(), SEED + k);
            Batches.fill(step, rows);
            step.step(rows.length);
        }
    }

    private static ByteBuffer littleEndian(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    private static ByteBuffer copy(ByteBuffer buffer) {
        return ByteBuffer.wrap(Batches.bytes(buffer));
    }

    private static int argmax(float[] values) {
        int best = 0;
        for (int c = 1; c < values.length; c++) {
            best = values[c] > values[best] ? c : best;
        }
        return best;
    }

    private static void assertClose(float[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i])
                    .as("element %d", i)
                    .isCloseTo(expected[i], within(tolerance));
        }
    }
}
