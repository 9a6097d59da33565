package io.decant.model.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.model.hint.Hint;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.TorchScript.Executor;
import io.decant.model.step.NaiveMlp.Row;
import io.decant.model.torch.ScriptStudent;
import io.decant.model.torch.TorchDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The student is a linear layer of 12, seen as [3, 2, 2], a ReLU, and a linear layer of 3. */
class HintStepTest {
    private static final int ROWS = 7;
    private static final InputSpec INPUT = new InputSpec(DType.F32, List.of(16), 0.5, 0.1, 0.7);
    private static final ScriptStudent STUDENT =
            ScriptStudent.open(Path.of("src/test/resources/students/layered.pt"), 1);
    private static final ModelSpec SPEC = STUDENT.spec(INPUT, Executor.PLAIN, 1);
    private static final StepSettings SETTINGS = StepSettings.plain(1e-9, 3);

    private static TrainingStep step(StepSettings settings, Placement placement) {
        return TrainingStep.create(SPEC, settings, 8, STUDENT, 1, placement);
    }

    private static StepSettings with(String... hints) {
        return SETTINGS.with(Arrays.stream(hints).map(Hint::parse).toList());
    }

    @Test
    void aFileSaysWhichLayersItGives() {
        assertThat(STUDENT.layerShapes(INPUT, List.of("flat", "maps")))
                .containsExactly(List.of(12), List.of(3, 2, 2));
        assertThatThrownBy(() -> STUDENT.layerShapes(INPUT, List.of("deep")))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("layered.pt")
                .hasMessageContaining("with the layers [deep]");
        ScriptStudent silent =
                ScriptStudent.open(Path.of("src/test/resources/students/perceptron.pt"), 1);
        assertThatThrownBy(() -> silent.layerShapes(INPUT, List.of("flat")))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("forward_with_hints must return (logits, {name: tensor})");
    }

    @ParameterizedTest
    @ValueSource(strings = {"flat:feature:0.5:12", "maps:attention:3:3x2x2", "flat:relation:25:12"})
    void theGradientOfAHintIsTheSlopeOfItsFormula(String text) {
        // Given: hints alone; every third row has none
        Hint hint = Hint.parse(text);
        Row[] rows = Batches.rows(SPEC, ROWS, 5);
        List<float[]> told = told(hint);
        float[] coefficients = new float[ROWS];
        try (TrainingStep step = step(with(text), Placement.DIRECT)) {
            Batches.fill(step, rows);
            for (int i = 0; i < ROWS; i++) {
                coefficients[i] = i % 3 == 2 ? 0 : (1 + i) / 32f;
                step.coefficients(i, 0, 0);
                step.hints(i, i % 3 == 2 ? List.of() : List.of(told.get(i)), coefficients[i]);
            }
            double[] weights = NaiveMlp.widen(Batches.floats(step.weights()));
            // When
            step.step(ROWS);
            // Then
            float[] gradient = Batches.floats(step.gradient());
            double greatest = 0;
            for (int i = 0; i < gradient.length; i++) {
                double kept = weights[i];
                weights[i] = kept + 1e-6;
                double above = NaiveHints.value(hint, layers(weights, rows), told, coefficients);
                weights[i] = kept - 1e-6;
                double below = NaiveHints.value(hint, layers(weights, rows), told, coefficients);
                weights[i] = kept;
                assertThat((double) gradient[i])
                        .as("weight %d", i)
                        .isCloseTo((above - below) / 2e-6, within(1e-5));
                greatest = Math.max(greatest, Math.abs(gradient[i]));
            }
            assertThat(greatest).isGreaterThan(1e-2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flat:feature:0.5:12", "maps:attention:3:3x2x2", "flat:relation:25:12"})
    void withoutHintsARowLearnsAsIfNoneWereSet(String text) {
        // Given
        Row[] rows = Batches.rows(SPEC, ROWS, 5);
        try (TrainingStep plain = step(SETTINGS, Placement.DIRECT);
                TrainingStep hinted = step(with(text), Placement.DIRECT)) {
            Batches.fill(plain, rows);
            Batches.fill(hinted, rows);
            // Hints of an earlier call are not remembered.
            Hint hint = Hint.parse(text);
            for (int i = 0; i < ROWS; i++) {
                hinted.hints(i, List.of(told(hint).get(i)), 1);
                hinted.hints(i, List.of(), 1);
            }
            // When
            plain.step(ROWS);
            hinted.step(ROWS);
            // Then
            float[] expected = Batches.floats(plain.gradient());
            float[] gradient = Batches.floats(hinted.gradient());
            for (int i = 0; i < expected.length; i++) {
                assertThat(gradient[i]).isCloseTo(expected[i], within(1e-6f));
            }
        }
    }

    @Test
    void hintsOfSeveralLayersAreLearnedTogetherAndStagedAlike() {
        // Given
        String[] texts = {"flat:feature:0.5:12", "maps:attention:3:3x2x2", "flat:relation:25:12"};
        StepSettings settings =
                StepSettings.defaults().with(Arrays.stream(texts).map(Hint::parse).toList());
        List<List<float[]>> told = settings.hints().stream().map(HintStepTest::told).toList();
        try (TrainingStep direct = step(settings, Placement.DIRECT);
                TrainingStep staged = step(settings, new Placement(TorchDevice.CPU, true))) {
            Row[] rows = Batches.rows(SPEC, ROWS, 5);
            for (TrainingStep step : List.of(direct, staged)) {
                Batches.fill(step, rows);
                for (int i = 0; i < ROWS; i++) {
                    int row = i;
                    step.hints(i, told.stream().map(hint -> hint.get(row)).toList(), 1f / ROWS);
                }
            }
            // When
            double before = distance(direct, rows, told.get(0));
            for (int i = 0; i < 300; i++) {
                direct.step(ROWS);
                staged.step(ROWS);
            }
            // Then
            assertThat(Batches.bytes(staged.weights())).isEqualTo(Batches.bytes(direct.weights()));
            assertThat(distance(direct, rows, told.get(0))).isLessThan(before / 2);
        }
    }

    @Test
    void hintsWithoutAFileThatGivesThemAreRefused() {
        assertThatThrownBy(() -> TrainingStep.create(Batches.SMALL, with("flat:feature:1:12"), 4))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("hints are for students from a TorchScript file");
        assertThatThrownBy(() -> step(with("flat:feature:1"), Placement.DIRECT))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("the shape of layer flat in the student must be known");
    }

    @Test
    void aRowHasAllHintsOrNone() {
        try (TrainingStep step = step(with("flat:feature:1:12"), Placement.DIRECT)) {
            assertThatThrownBy(() -> step.hints(0, List.of(new float[12], new float[12]), 1))
                    .hasMessageContaining("a row has all 1 hints or none, had 2");
            assertThatThrownBy(() -> step.hints(0, List.of(new float[5]), 1))
                    .hasMessageContaining("must be 12 numbers, was 5");
        }
    }

    /** What is kept of a teacher, by row. */
    private static List<float[]> told(Hint hint) {
        Random random = new Random(9);
        List<float[]> told = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            float[] layer = new float[12];
            for (int n = 0; n < layer.length; n++) {
                layer[n] = (float) random.nextGaussian();
            }
            told.add(hint.kept(layer, hint.shape()));
        }
        return told;
    }

    private static double distance(TrainingStep step, Row[] rows, List<float[]> told) {
        double[][] own = layers(NaiveMlp.widen(Batches.floats(step.weights())), rows);
        double sum = 0;
        for (int i = 0; i < own.length; i++) {
            for (int n = 0; n < own[i].length; n++) {
                sum += Math.pow(own[i][n] - told.get(i)[n], 2);
            }
        }
        return sum;
    }

    /** The first linear layer of each row, [rows][12]; its weights stand first. */
    private static double[][] layers(double[] weights, Row[] rows) {
        double[][] layers = new double[rows.length][12];
        for (int i = 0; i < rows.length; i++) {
            for (int o = 0; o < 12; o++) {
                layers[i][o] = weights[12 * 16 + o];
                for (int x = 0; x < 16; x++) {
                    double input = (rows[i].raw()[x] * INPUT.scale() - INPUT.mean()) / INPUT.sd();
                    layers[i][o] += weights[o * 16 + x] * input;
                }
            }
        }
        return layers;
    }
}
