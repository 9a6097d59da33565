package io.decant.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.records.PairKind;
import io.decant.trainer.learn.TeacherSettings.Weighting;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TeachersTest {
    private static final TeacherSettings BY_ACCURACY =
            new TeacherSettings(Weighting.ACCURACY, Map.of(), 0.02, 0.998);
    private static final TeacherSettings FIXED =
            new TeacherSettings(Weighting.FIXED, Map.of("a", 3.0, "b", 1.0, "c", 4.0), 0.02, 0.998);

    private static Answer answer(String teacher, float... logits) {
        return new Answer(teacher, Logits.owning(logits));
    }

    private static Pair pair(Answer... answers) {
        return new Pair(
                PairKind.SOFT_ONLY,
                "s",
                ByteBuffer.allocate(4),
                List.of(answers),
                Optional.empty(),
                1,
                Map.of());
    }

    private static float[] taught(Teachers teachers, Answer... answers) {
        return teachers.weigh(pair(answers)).teacher().orElseThrow().values();
    }

    /** Answers and labels of a stream on which a is always right, b never. */
    private static void judge(Teachers teachers, int labels) {
        for (int i = 0; i < labels; i++) {
            Pair pair = teachers.weigh(pair(answer("a", 1, 0), answer("b", 0, 1)));
            teachers.scored(teachers.choices(pair), 0);
        }
    }

    @Test
    void hintsAreThoseOfTheWeightiestTeacherThatGaveAny() {
        // Given: weights 3, 1 and 4
        Answer light = new Answer("b", Logits.owning(new float[2]).with(List.of(new float[] {1})));
        Answer heavy = new Answer("a", Logits.owning(new float[2]).with(List.of(new float[] {2})));
        Answer silent = answer("c", 1, 0);
        // When
        Pair together = new Teachers(FIXED).weigh(pair(light, heavy, silent));
        // Then
        assertThat(together.teacher().orElseThrow().hints().get(0)).containsExactly(2);
        assertThat(new Teachers(FIXED).weigh(pair(silent, silent)).teacher().orElseThrow().hints())
                .isEmpty();
    }

    @Test
    void theMeanOfLogitsTeachesTheMeanOfLogProbabilitiesAtAnyTemperature() {
        // Given
        SplittableRandom random = new SplittableRandom(5);
        for (double temperature : new double[] {0.5, 1, 3, 20}) {
            float[] a = logits(random);
            float[] b = logits(random);
            double[] pool = new double[6];
            for (int c = 0; c < 6; c++) {
                pool[c] =
                        0.75 * StrictMath.log(softmax(a, temperature)[c])
                                + 0.25 * StrictMath.log(softmax(b, temperature)[c]);
            }
            double sum = Arrays.stream(pool).map(StrictMath::exp).sum();

            // When
            float[] mean = taught(new Teachers(FIXED), answer("a", a), answer("b", b));

            // Then
            for (int c = 0; c < 6; c++) {
                assertThat(softmax(mean, temperature)[c])
                        .isCloseTo(StrictMath.exp(pool[c]) / sum, within(1e-6));
            }
        }
    }

    private static float[] logits(SplittableRandom random) {
        float[] logits = new float[6];
        for (int c = 0; c < logits.length; c++) {
            logits[c] = (float) random.nextDouble(-8, 8);
        }
        return logits;
    }

    private static double[] softmax(float[] logits, double temperature) {
        double[] p = new double[logits.length];
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            p[c] = StrictMath.exp(logits[c] / temperature);
            sum += p[c];
        }
        for (int c = 0; c < p.length; c++) {
            p[c] /= sum;
        }
        return p;
    }

    @Test
    void onlyThoseThatAnsweredCountInProportion() {
        // Given
        Teachers teachers = new Teachers(FIXED);

        // When, Then
        assertThat(taught(teachers, answer("a", 4, 0), answer("b", 0, 4))).containsExactly(3, 1);
        assertThat(taught(teachers, answer("c", 10, 0), answer("b", 0, 5))).containsExactly(8, 1);
        assertThat(taught(teachers, answer("b", 7, 1))).containsExactly(7, 1);
    }

    @Test
    void equalTeachersCountTheSameHoweverRightTheyAre() {
        // Given
        Teachers teachers = new Teachers(TeacherSettings.EQUAL);

        // When
        judge(teachers, 100);

        // Then
        assertThat(taught(teachers, answer("a", 4, 0), answer("b", 0, 4))).containsExactly(2, 2);
    }

    @Test
    void aSingleAnswerIsTakenAsItIs() {
        // Given
        Pair pair = pair(answer("a", 1, 2));

        // When, Then
        assertThat(new Teachers(BY_ACCURACY).weigh(pair)).isSameAs(pair);
    }

    @Test
    void withoutLabelsAllCountTheSame() {
        // When
        float[] mean = taught(new Teachers(BY_ACCURACY), answer("a", 4, 0), answer("b", 0, 4));

        // Then
        assertThat(mean).containsExactly(2, 2);
    }

    @Test
    void theWeightFollowsTheFormula() {
        // Given
        Teachers teachers = new Teachers(BY_ACCURACY);

        // When
        judge(teachers, 4);

        // Then: A_a = 1 - f⁴/2, A_b = f⁴/2
        double kept = Math.pow(0.998, 4);
        double a = 1 / (1 + Math.exp(-(1 - kept) / 0.02));
        assertThat(teachers.standings())
                .extracting(Adaptation.Teacher::id)
                .containsExactly("a", "b");
        assertThat(teachers.standings().get(0).accuracy()).isCloseTo(1 - kept / 2, within(1e-12));
        assertThat(teachers.standings().get(1).accuracy()).isCloseTo(kept / 2, within(1e-12));
        assertThat(teachers.standings().get(0).weight()).isCloseTo(a, within(1e-12));
        assertThat(taught(teachers, answer("a", 1, 0), answer("b", 0, 1))[0])
                .isCloseTo((float) a, within(1e-6f));
    }

    @Test
    void aTeacherThatDidNotAnswerIsNotJudged() {
        // Given
        Teachers teachers = new Teachers(BY_ACCURACY);
        judge(teachers, 1);
        double before = teachers.standings().get(0).accuracy();

        // When
        Pair onlyB = teachers.weigh(pair(answer("b", 1, 0)));
        teachers.scored(teachers.choices(onlyB), 1);

        // Then
        assertThat(teachers.choices(onlyB)).containsExactly(Prediction.NONE, 0);
        assertThat(teachers.standings().get(0).accuracy()).isEqualTo(before);
    }

    @Test
    void moreTeachersThanAreToldApartCountAsUnknown() {
        // Given
        Teachers teachers = new Teachers(BY_ACCURACY);
        for (int i = 0; i < TeacherSettings.MOST; i++) {
            teachers.weigh(pair(answer("t" + i, 1, 0)));
        }

        // When
        Pair pair = teachers.weigh(pair(answer("late", 1, 0)));
        teachers.scored(teachers.choices(pair), 1);

        // Then
        assertThat(teachers.choices(pair)).isEmpty();
        assertThat(teachers.standings()).hasSize(TeacherSettings.MOST);
        assertThat(taught(teachers, answer("late", 4, 0), answer("t3", 0, 4)))
                .containsExactly(2, 2);
    }

    @Test
    void aStateGivesBackNamesAndAccuraciesBitForBit() {
        // Given
        Teachers teachers = new Teachers(BY_ACCURACY);
        judge(teachers, 37);
        StateWriter state = new StateWriter();
        state.text("format", LearnerState.FORMAT);
        teachers.save(state);

        // When
        Teachers restored = new Teachers(BY_ACCURACY);
        restored.restore(LearnerState.read(state.done().toBytes()));

        // Then
        assertThat(restored.standings()).isEqualTo(teachers.standings());
        judge(teachers, 5);
        judge(restored, 5);
        assertThat(restored.standings()).isEqualTo(teachers.standings());
    }

    @Test
    void weightsGoWithFixedWeightingOnly() {
        for (Weighting weighting : Weighting.values()) {
            Map<String, Double> wrong = weighting == Weighting.FIXED ? Map.of() : Map.of("a", 1.0);
            assertThatThrownBy(() -> new TeacherSettings(weighting, wrong, 0.02, 0.998))
                    .hasMessageContaining("weights must name each teacher when weighting is fixed");
        }
        assertThat(FIXED.knows("a")).isTrue();
        assertThat(FIXED.knows("z")).isFalse();
        assertThat(BY_ACCURACY.knows("z")).isTrue();
    }
}
