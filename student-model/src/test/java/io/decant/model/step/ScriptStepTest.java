package io.decant.model.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.model.forward.StudentForward;
import io.decant.model.forward.Workspace;
import io.decant.model.loss.TeacherLoss;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.spec.TorchScript;
import io.decant.model.spec.TorchScript.Executor;
import io.decant.model.step.NaiveMlp.Row;
import io.decant.model.torch.ScriptStudent;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Students that PyTorch saved; src/test/resources/students/make.py made them. */
class ScriptStepTest {
    private static final InputSpec INPUT =
            new InputSpec(DType.U8, List.of(4, 4), 1 / 255.0, 0.4, 0.3);
    private static final StepSettings SETTINGS = StepSettings.defaults();

    private static ScriptStudent student(String name) {
        return ScriptStudent.open(Path.of("src/test/resources/students", name + ".pt"), 1);
    }

    private static ModelSpec spec(ScriptStudent student, Executor executor) {
        return student.spec(INPUT, executor, 1);
    }

    private static TrainingStep everything(Executor executor, long seed) {
        ScriptStudent student = student("everything");
        return TrainingStep.create(spec(student, executor), SETTINGS, 16, student, seed);
    }

    private static float[] tensor(TrainingStep step, String name) {
        ParameterLayout.Parameter found =
                ParameterLayout.of(step.spec()).parameters().stream()
                        .filter(parameter -> parameter.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        float[] values = new float[found.size()];
        step.weights().asFloatBuffer().get(found.offset(), values);
        return values;
    }

    @Test
    void aFilesTensorsStandTrainedFirstByThePathsOfTheStateDictionary() {
        // Given, When
        TorchScript script =
                (TorchScript) spec(student("everything"), Executor.PLAIN).architecture();
        // Then
        assertThat(script.tensors())
                .extracting(TorchScript.Tensor::name)
                .containsExactly(
                        "unused",
                        "parts.0.weight",
                        "parts.1.weight",
                        "parts.1.bias",
                        "parts.3.weight",
                        "parts.3.bias",
                        "out.weight",
                        "out.bias",
                        "frozen",
                        "scale",
                        "parts.1.running_mean",
                        "parts.1.running_var");
        assertThat(script.tensors().stream().filter(TorchScript.Tensor::trained)).hasSize(8);
        assertThat(script.classes()).isEqualTo(3);
        ModelSpec spec = spec(student("everything"), Executor.OPTIMISED);
        assertThat(ModelSpec.fromJson(spec.toJson())).isEqualTo(spec);
    }

    @Test
    void tiedWeightsGoByTheirFirstName() {
        ModelSpec spec =
                student("tied")
                        .spec(new InputSpec(DType.F32, List.of(4), 1, 0, 1), Executor.PLAIN, 1);
        assertThat(ParameterLayout.of(spec).parameters())
                .extracting(ParameterLayout.Parameter::name)
                .containsExactly("first.weight");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "frozen | has no parameters to train: save the module with torch.jit.script, before torch.jit.freeze",
                "half | parameter fc.weight must be fp32: save the module after model.float()",
                "pair | forward must return one tensor of logits",
            })
    void aFileThatCannotBeAStudentIsRefusedWithTheReason(String name, String reason) {
        InputSpec input = new InputSpec(DType.F32, List.of(4), 1, 0, 1);
        assertThatThrownBy(() -> student(name).spec(input, Executor.PLAIN, 1))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(name + ".pt")
                .hasMessageContaining(reason);
    }

    @Test
    void aModelIsNotTrainedWithAnotherFile() {
        ModelSpec spec = spec(student("everything"), Executor.PLAIN);
        assertThatThrownBy(() -> TrainingStep.create(spec, SETTINGS, 4, student("tied"), 1))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("install the file that the model was made from");
    }

    @ParameterizedTest
    @MethodSource("io.decant.model.loss.Losses#all")
    void aPerceptronFromAFileLearnsAsTheGeneratedOneDoes(TeacherLoss loss) {
        // Given
        StepSettings settings = SETTINGS.with(loss);
        ScriptStudent student = student("perceptron");
        InputSpec input = new InputSpec(DType.U8, List.of(3, 4), 1 / 255.0, 0.4, 0.3);
        ModelSpec spec = student.spec(input, Executor.PLAIN, 1);
        Row[] rows = Batches.rows(spec, 16, 3);
        try (TrainingStep script = TrainingStep.create(spec, settings, 16, student, 1);
                TrainingStep generated =
                        TrainingStep.create(
                                ModelSpec.mlp(List.of(12, 8, 5), input), settings, 16)) {
            generated.initialise(Batches.floats(script.weights()));
            Batches.fill(script, rows);
            Batches.fill(generated, rows);
            // When
            script.step(16);
            generated.step(16);
            // Then
            assertClose(logits(script, 0), logits(generated, 0));
            assertClose(Batches.floats(script.gradient()), Batches.floats(generated.gradient()));
            for (int i = 0; i < 20; i++) {
                script.step(16);
                generated.step(16);
            }
            assertThat(script.loss(16)).isCloseTo(generated.loss(16), within(1e-5));
            assertClose(Batches.floats(script.weights()), Batches.floats(generated.weights()));
            assertClose(Batches.floats(script.ema()), Batches.floats(generated.ema()));
        }
    }

    private static float[] logits(TrainingStep step, int row) {
        float[] logits = new float[step.spec().classCount()];
        step.logits(row, logits);
        return logits;
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).as("element %d", i).isCloseTo(expected[i], within(2e-5f));
        }
    }

    @Test
    void theGradientOfASingleRowIsTheSlopeOfItsLossAsTheStudentAnswers() {
        // Given: small steps, so that the weights stay where the gradient was taken
        ScriptStudent student = student("everything");
        ModelSpec spec = spec(student, Executor.PLAIN);
        Row row = Batches.rows(spec, 1, 5)[0];
        try (TrainingStep step =
                TrainingStep.create(spec, StepSettings.plain(1e-9, 3), 1, student, 1)) {
            Batches.fill(step, row);
            // When
            step.step(1);
            // Then
            float[] gradient = Batches.floats(step.gradient());
            ByteBuffer weights = step.weights();
            for (int i = 0; i < gradient.length; i++) {
                float kept = weights.getFloat(i * Float.BYTES);
                float nudge = 1e-2f;
                weights.putFloat(i * Float.BYTES, kept + nudge);
                double above = step.loss(1);
                weights.putFloat(i * Float.BYTES, kept - nudge);
                double below = step.loss(1);
                weights.putFloat(i * Float.BYTES, kept);
                assertThat((double) gradient[i])
                        .as("weight %d", i)
                        .isCloseTo((above - below) / (2 * nudge), within(2e-3));
            }
            double greatest = 0;
            for (float slope : gradient) {
                greatest = Math.max(greatest, Math.abs(slope));
            }
            assertThat(greatest).isGreaterThan(1e-2);
        }
    }

    @Test
    void aStepMovesWhatIsTrainedAndTheStatisticsAndNothingElse() {
        // Given
        try (TrainingStep step = everything(Executor.PLAIN, 1)) {
            Batches.fill(step, Batches.rows(step.spec(), 16, 3));
            float[] before = Batches.floats(step.weights());
            float[] mean = tensor(step, "parts.1.running_mean");
            // When
            step.step(16);
            // Then
            assertThat(Batches.floats(step.weights())).isNotEqualTo(before);
            assertThat(tensor(step, "parts.1.running_mean")).isNotEqualTo(mean);
            assertThat(tensor(step, "frozen")).containsOnly(0.5f);
            assertThat(tensor(step, "scale")).containsOnly(2f);
            assertThat(tensor(step, "unused")).containsOnly(1f);
            assertThat(step.integers().asLongBuffer().get(0)).isEqualTo(1);
        }
    }

    @Test
    void aSingleRowIsLearnedWithoutBatchStatistics() {
        // Given
        try (TrainingStep step = everything(Executor.PLAIN, 1)) {
            Batches.fill(step, Batches.rows(step.spec(), 1, 3));
            float[] before = Batches.floats(step.weights());
            float[] mean = tensor(step, "parts.1.running_mean");
            // When
            step.step(1);
            // Then
            assertThat(Batches.floats(step.weights())).isNotEqualTo(before);
            assertThat(tensor(step, "parts.1.running_mean")).isEqualTo(mean);
        }
    }

    @Test
    void predictionsKnowNothingOfDropout() {
        // Given
        try (TrainingStep step = everything(Executor.PLAIN, 1)) {
            Batches.fill(step, Batches.rows(step.spec(), 16, 3));
            // When
            step.predict(16);
            float[] first = logits(step, 3);
            step.predict(16);
            // Then
            assertThat(logits(step, 3)).isEqualTo(first);
            step.step(16);
            assertThat(logits(step, 3)).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @EnumSource(Executor.class)
    void aRestoredStudentGoesOnBitForBit(Executor executor) {
        try (TrainingStep straight = everything(executor, 7);
                TrainingStep restored = everything(executor, 7)) {
            // Given: one that went through, and one that begins again after a third
            Row[] rows = Batches.rows(straight.spec(), 16, 3);
            Batches.fill(straight, rows);
            for (int i = 0; i < 10; i++) {
                straight.step(i == 4 ? 1 : 16);
            }
            restored.restore(
                    straight.weights(),
                    straight.firstMoment(),
                    straight.secondMoment(),
                    straight.ema(),
                    straight.steps());
            restored.integers().put(straight.integers());
            Batches.fill(restored, rows);
            // When
            for (int i = 0; i < 20; i++) {
                straight.step(i % 7 == 0 ? 1 : 9);
                restored.step(i % 7 == 0 ? 1 : 9);
            }
            // Then
            assertThat(Batches.bytes(restored.weights()))
                    .isEqualTo(Batches.bytes(straight.weights()));
            assertThat(Batches.bytes(restored.ema())).isEqualTo(Batches.bytes(straight.ema()));
            assertThat(Batches.bytes(restored.integers()))
                    .isEqualTo(Batches.bytes(straight.integers()));
        }
    }

    @Test
    void theSeedDecidesWhatIsDropped() {
        // Given
        try (TrainingStep one = everything(Executor.PLAIN, 1);
                TrainingStep other = everything(Executor.PLAIN, 2)) {
            Row[] rows = Batches.rows(one.spec(), 16, 3);
            Batches.fill(one, rows);
            Batches.fill(other, rows);
            // When
            one.step(16);
            other.step(16);
            // Then
            assertThat(Batches.bytes(one.weights())).isNotEqualTo(Batches.bytes(other.weights()));
        }
    }

    @Test
    void theForwardPassAloneAnswersAsTheStepPredicts() {
        // Given
        ScriptStudent student = student("everything");
        ModelSpec spec = spec(student, Executor.PLAIN);
        int rows = 100;
        Row[] batch = Batches.rows(spec, rows, 3);
        byte[] inputs = new byte[rows * INPUT.bytes()];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(
                    Batches.encode(INPUT, batch[i].raw()), 0, inputs, i * INPUT.bytes(), 16);
        }
        try (TrainingStep step = TrainingStep.create(spec, SETTINGS, rows, student, 1)) {
            Batches.fill(step, batch);
            step.step(rows);
            step.predict(rows);
            float[] out = new float[rows * 3];
            // When: more rows than one call takes
            try (StudentForward forward =
                    StudentForward.of(spec, Batches.floats(step.weights()), Optional.of(student))) {
                forward.logits(inputs, 0, rows, out, new Workspace());
            }
            // Then
            for (int row = 0; row < rows; row++) {
                float[] expected = logits(step, row);
                for (int c = 0; c < 3; c++) {
                    assertThat(out[row * 3 + c]).isCloseTo(expected[c], within(1e-5f));
                }
            }
        }
    }

    @Test
    void stepsHoldNoTensors() {
        // Given
        try (TrainingStep step = everything(Executor.PLAIN, 1)) {
            Batches.fill(step, Batches.rows(step.spec(), 16, 3));
            step.step(16);
            int held = step.heldTensors();
            // When
            for (int i = 0; i < 50; i++) {
                step.step(1 + i % 16);
            }
            // Then
            assertThat(step.heldTensors()).isEqualTo(held);
        }
    }
}
