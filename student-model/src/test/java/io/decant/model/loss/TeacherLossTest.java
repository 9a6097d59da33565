package io.decant.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TeacherLossTest {
    private static final double T = 3;
    private static final Answers ANSWERS = Answers.random(12, 5, 7);

    @ParameterizedTest
    @MethodSource("io.decant.model.loss.Losses#all")
    void valueAndGradientAreThoseOfTheFormulaAndOfLibtorchsAutograd(TeacherLoss loss) {
        for (double temperature : new double[] {1, 3}) {
            // Given
            double value = NaiveLoss.value(loss, temperature, ANSWERS);
            double[][] slopes = NaiveLoss.gradient(loss, temperature, ANSWERS);
            // When
            LossModule.Result result = LossModule.run(loss, temperature, ANSWERS);
            // Then
            assertThat(result.value()).isCloseTo(value, within(1e-5 * value));
            assertClose(result.gradient(), slopes, 1e-5);
            assertClose(result.gradient(), result.autograd(), 1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("io.decant.model.loss.Losses#all")
    void rowsThatTheTeacherDoesNotTeachLearnNothingAndChangeNothing(TeacherLoss loss) {
        // Given: the same rows, and others in the places without a teacher
        double[][] other = Answers.random(12, 5, 8).z();
        double[][] z = ANSWERS.z().clone();
        for (int i = 3; i < z.length; i += 4) {
            z[i] = other[i];
        }
        // When
        LossModule.Result before = LossModule.run(loss, T, ANSWERS);
        LossModule.Result after = LossModule.run(loss, T, ANSWERS.withStudent(z));
        // Then
        assertThat(before.gradient()[3]).containsOnly(0);
        assertThat(after.value()).isEqualTo(before.value());
        assertThat(after.gradient()).isDeepEqualTo(before.gradient());
    }

    @ParameterizedTest
    @MethodSource("io.decant.model.loss.Losses#all")
    void aCallWithoutAnyTeacherTeachesNothing(TeacherLoss loss) {
        Answers silent =
                new Answers(
                        ANSWERS.z(), new double[12][5], ANSWERS.y(), new double[12], ANSWERS.h());
        LossModule.Result result = LossModule.run(loss, T, silent);
        assertThat(result.value()).isZero();
        assertThat(Arrays.stream(result.gradient()).flatMapToDouble(Arrays::stream))
                .containsOnly(0.0);
    }

    @ParameterizedTest
    @MethodSource("io.decant.model.loss.Losses#all")
    void extremeAnswersHaveFiniteGradients(TeacherLoss loss) {
        // Given: sure of different classes, undecided, and both
        double[][] z = {{90, -90, 0, 0, 0}, {0, 0, 0, 0, 0}, {1e-3, 0, 0, 0, 0}, {0, 0, 0, 0, 90}};
        double[][] t = {{-90, 90, 0, 0, 0}, {90, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 90}};
        Answers rows =
                new Answers(
                        z,
                        t,
                        new int[] {0, 1, 0, 4},
                        new double[] {1, 1, 1, 1},
                        new double[] {1, 1, 0, 1});
        for (double temperature : new double[] {0.5, 1, 20}) {
            // When
            LossModule.Result result = LossModule.run(loss, temperature, rows);
            // Then
            assertThat(result.value()).isFinite();
            assertThat(Arrays.stream(result.gradient()).flatMapToDouble(Arrays::stream))
                    .allMatch(Double::isFinite);
        }
    }

    @Test
    void theGradientOfKdIsTemperatureTimesTheDifferenceOfTheSoftenedDistributions() {
        double[][] gradient = LossModule.run(new Kd(), T, ANSWERS).gradient();
        for (int i = 0; i < gradient.length; i++) {
            double[] p = NaiveLoss.softmax(ANSWERS.t()[i], T);
            double[] q = NaiveLoss.softmax(ANSWERS.z()[i], T);
            for (int c = 0; c < p.length; c++) {
                assertThat(gradient[i][c])
                        .isCloseTo(ANSWERS.a()[i] * T * (q[c] - p[c]), within(1e-7));
            }
        }
    }

    /** Zhao 2022, equation 7: KL(p ‖ q) = TCKD + (1 − p_y) NCKD. */
    @Test
    void withoutALabelDkdIsKdWhateverClassStandsInItsPlace() {
        // Given
        Answers unlabelled = ANSWERS.withLabelCoefficients(new double[12]);
        double[] p = NaiveLoss.softmax(ANSWERS.t()[0], T);
        double[] q = NaiveLoss.softmax(ANSWERS.z()[0], T);
        int y = ANSWERS.y()[0];
        assertThat(NaiveLoss.targetKl(p, q, y) + (1 - p[y]) * NaiveLoss.othersKl(p, q, y))
                .isCloseTo(NaiveLoss.kl(p, q), within(1e-12));
        // When
        LossModule.Result kd = LossModule.run(new Kd(), T, unlabelled);
        LossModule.Result dkd = LossModule.run(new Dkd(2), T, unlabelled);
        // Then
        assertThat(dkd.value()).isCloseTo(kd.value(), within(1e-5 * kd.value()));
        assertClose(dkd.gradient(), kd.gradient(), 1e-5);
    }

    /** Hinton 2015, section 2.1: matching logits is distillation at a high temperature. */
    @Test
    void kdAtAHighTemperatureMatchesLogitsOfMeanZero() {
        // Given
        Answers centred =
                ANSWERS.withTeacher(centred(ANSWERS.t())).withStudent(centred(ANSWERS.z()));
        // When
        double[][] hot = LossModule.run(new Kd(), 1000, centred).gradient();
        double[][] matching = LossModule.run(new LogitMse(), 1, centred).gradient();
        // Then
        assertClose(hot, matching, 1e-2);
    }

    /** Sun 2024, section 4.2. */
    @ParameterizedTest
    @ValueSource(doubles = {0.25, 40})
    void logitStandardisationKnowsNeitherScaleNorShiftOfTheTeachersLogits(double scale) {
        // Given: every row another shift
        double[][] moved = new double[12][];
        for (int i = 0; i < moved.length; i++) {
            int row = i;
            moved[i] = map(ANSWERS.t()[i], v -> scale * v + 5 - row);
        }
        TeacherLoss loss = new LogitStandardisation();
        // When
        LossModule.Result one = LossModule.run(loss, T, ANSWERS);
        LossModule.Result other = LossModule.run(loss, T, ANSWERS.withTeacher(moved));
        // Then
        assertThat(other.value()).isCloseTo(one.value(), within(1e-5 * one.value()));
        assertClose(other.gradient(), one.gradient(), 1e-5);
        assertThat(LossModule.run(new Kd(), T, ANSWERS.withTeacher(moved)).value())
                .isNotCloseTo(LossModule.run(new Kd(), T, ANSWERS).value(), within(0.1));
    }

    /** Huang 2022, section 4: a correlation does not see affine maps. */
    @Test
    void distDoesNotSeeThatARowsProbabilitiesWereDrawnTogether() {
        // Given: s p + (1 − s)/C in the place of p, every row with an s of its own
        double[][] flatter = new double[12][];
        for (int i = 0; i < flatter.length; i++) {
            double s = 0.3 + 0.05 * i;
            flatter[i] =
                    map(
                            NaiveLoss.softmax(ANSWERS.t()[i], T),
                            p -> T * Math.log(s * p + (1 - s) / 5));
        }
        TeacherLoss loss = new Dist(2, 0);
        // When
        LossModule.Result one = LossModule.run(loss, T, ANSWERS);
        LossModule.Result other = LossModule.run(loss, T, ANSWERS.withTeacher(flatter));
        // Then
        assertThat(other.value()).isCloseTo(one.value(), within(1e-5 * one.value()));
        assertClose(other.gradient(), one.gradient(), 1e-4);
    }

    /** Otherwise a stream's short batches would be learned in another measure than full ones. */
    @Test
    void distGrowsWithTheCoefficientsAsKdDoes() {
        for (TeacherLoss loss : new TeacherLoss[] {new Kd(), new Dist(2, 2)}) {
            Answers half =
                    new Answers(
                            ANSWERS.z(),
                            ANSWERS.t(),
                            ANSWERS.y(),
                            map(ANSWERS.a(), a -> a / 2),
                            ANSWERS.h());
            double whole = LossModule.run(loss, T, ANSWERS).value();
            assertThat(LossModule.run(loss, T, half).value())
                    .isCloseTo(whole / 2, within(1e-5 * whole));
        }
    }

    @Test
    void aSingleRowHasNoCorrelationsWithinAClass() {
        Answers single = Answers.random(1, 5, 3);
        assertClose(
                LossModule.run(new Dist(2, 2), T, single).gradient(),
                LossModule.run(new Dist(2, 0), T, single).gradient(),
                1e-6);
    }

    @Test
    void jensenShannonIsSymmetricAndAtMostTheLogarithmOfTwo() {
        // Given
        Answers swapped =
                new Answers(ANSWERS.t(), ANSWERS.z(), ANSWERS.y(), ANSWERS.a(), ANSWERS.h());
        Answers apart =
                new Answers(
                        new double[][] {{50, 0, 0}},
                        new double[][] {{0, 50, 0}},
                        new int[1],
                        new double[] {1},
                        new double[1]);
        // When, Then
        double value = LossModule.run(new Jsd(), 1, ANSWERS).value();
        assertThat(LossModule.run(new Jsd(), 1, swapped).value())
                .isCloseTo(value, within(1e-6 * value));
        assertThat(LossModule.run(new Jsd(), 1, apart).value())
                .isCloseTo(Math.log(2), within(1e-6));
        assertThat(value).isLessThan(Math.log(2) * DoubleStream.of(ANSWERS.a()).sum());
    }

    @Test
    void reverseKlIsZeroOnlyWhereTheStudentAgreesAndDiffersFromKdElsewhere() {
        double same = LossModule.run(new ReverseKl(), T, ANSWERS.withStudent(ANSWERS.t())).value();
        double reverse = LossModule.run(new ReverseKl(), T, ANSWERS).value();
        assertThat(same).isCloseTo(0, within(1e-7));
        assertThat(reverse)
                .isPositive()
                .isNotCloseTo(LossModule.run(new Kd(), T, ANSWERS).value(), within(0.05 * reverse));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
    void weightsThatAreNoneAreRefusedByName(double weight) {
        assertThatThrownBy(() -> new Dkd(weight))
                .hasMessageContaining("dkd.beta must be at least 0");
        assertThatThrownBy(() -> new Dist(weight, 1))
                .hasMessageContaining("dist.inter must be at least 0");
        assertThatThrownBy(() -> new Dist(1, weight))
                .hasMessageContaining("dist.intra must be at least 0");
    }

    private static double[][] centred(double[][] logits) {
        return Arrays.stream(logits)
                .map(
                        row -> {
                            double mean = DoubleStream.of(row).average().orElseThrow();
                            return map(row, v -> v - mean);
                        })
                .toArray(double[][]::new);
    }

    private static double[] map(double[] values, DoubleUnaryOperator map) {
        return DoubleStream.of(values).map(map).toArray();
    }

    /** Relative to the greatest element. */
    private static void assertClose(double[][] actual, double[][] expected, double tolerance) {
        double greatest =
                Arrays.stream(expected)
                        .flatMapToDouble(Arrays::stream)
                        .map(Math::abs)
                        .max()
                        .orElseThrow();
        assertThat(greatest).isPositive();
        IntStream.range(0, expected.length)
                .forEach(
                        i ->
                                assertThat(actual[i])
                                        .as("row %d", i)
                                        .containsExactly(
                                                expected[i], within(tolerance * greatest)));
    }
}
