package io.decant.model.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.model.loss.TeacherLoss;
import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.Precision;
import io.decant.model.spec.TorchScript.Executor;
import io.decant.model.step.NaiveMlp.Row;
import io.decant.model.torch.ScriptStudent;
import io.decant.model.torch.TorchDevice;
import io.decant.model.torch.TorchModule;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A GPU's way of stepping, with the processor in the GPU's place: copies for Java, rows in one
 * block, predictions that gather.
 */
class StagedStepTest {
    private static final long SEED = 7;
    private static final StepSettings SETTINGS = StepSettings.defaults();
    private static final Placement STAGED = new Placement(TorchDevice.CPU, true);
    private static final int CAPACITY = 13;

    /** Every element type, so that every section of the block has a neighbour of another width. */
    static Stream<ModelSpec> students() {
        return Stream.of(
                StepRun.SPEC,
                StepRun.SPEC.with(Precision.BF16),
                Batches.spec(DType.F16, List.of(6, 5, 3), List.of(2, 3)),
                Batches.spec(DType.I64, List.of(6, 5, 3), List.of(6)),
                Batches.SMALL);
    }

    @ParameterizedTest
    @MethodSource("students")
    void aStagedStepGivesTheBitsOfADirectOne(ModelSpec spec) {
        try (TrainingStep direct = TrainingStep.create(spec, SETTINGS, CAPACITY);
                TrainingStep staged = TrainingStep.create(spec, SETTINGS, CAPACITY, STAGED)) {
            direct.initialise(InitialWeights.uniform(spec, SEED));
            staged.initialise(InitialWeights.uniform(spec, SEED));
            // When
            assertEqualSteps(direct, staged);
        }
    }

    @ParameterizedTest
    @MethodSource("io.decant.model.loss.Losses#all")
    void everyLossIsLearnedStagedAsItIsDirectly(TeacherLoss loss) {
        // Given
        StepSettings settings = SETTINGS.with(loss);
        float[] start = InitialWeights.uniform(StepRun.SPEC, SEED);
        try (TrainingStep direct = TrainingStep.create(StepRun.SPEC, settings, CAPACITY);
                TrainingStep staged =
                        TrainingStep.create(StepRun.SPEC, settings, CAPACITY, STAGED)) {
            direct.initialise(start);
            staged.initialise(start);
            // When
            assertEqualSteps(direct, staged);
            // Then
            assertThat(Batches.floats(direct.weights())).isNotEqualTo(start);
        }
    }

    @Test
    void aStagedTorchScriptStudentGivesTheBitsOfADirectOne() {
        // Given: batch normalisation counts its batches in a whole number, dropout draws
        ScriptStudent student =
                ScriptStudent.open(Path.of("src/test/resources/students/everything.pt"), 1);
        ModelSpec spec =
                student.spec(
                        new InputSpec(DType.U8, List.of(4, 4), 1 / 255.0, 0.4, 0.3),
                        Executor.PLAIN,
                        1);
        try (TrainingStep direct = TrainingStep.create(spec, SETTINGS, CAPACITY, student, SEED);
                TrainingStep staged =
                        TrainingStep.create(spec, SETTINGS, CAPACITY, student, SEED, STAGED)) {
            // When
            assertEqualSteps(direct, staged);
            // Then
            assertThat(Batches.bytes(staged.integers()))
                    .isEqualTo(Batches.bytes(direct.integers()))
                    .contains(8);
            staged.restoreIntegers(new long[] {5});
            staged.step(2);
            assertThat(staged.integers().asLongBuffer().get(0)).isEqualTo(6);
        }
    }

    private static void assertEqualSteps(TrainingStep direct, TrainingStep staged) {
        for (int k = 0; k < 8; k++) {
            Row[] rows = Batches.rows(direct.spec(), 2 + k, SEED + k);
            Batches.fill(direct, rows);
            Batches.fill(staged, rows);
            direct.step(rows.length);
            staged.step(rows.length);
            assertThat(staged.losses(rows.length)).isEqualTo(direct.losses(rows.length));
        }
        assertThat(Batches.bytes(staged.weights())).isEqualTo(Batches.bytes(direct.weights()));
        assertThat(Batches.bytes(staged.ema())).isEqualTo(Batches.bytes(direct.ema()));
        assertThat(Batches.bytes(staged.gradient())).isEqualTo(Batches.bytes(direct.gradient()));
        assertThat(Batches.bytes(staged.secondMoment()))
                .isEqualTo(Batches.bytes(direct.secondMoment()));
    }

    @Test
    void predictionsThatGatheredAreThoseThatWereMade() {
        // Given
        try (TrainingStep direct = TrainingStep.create(StepRun.SPEC, SETTINGS, CAPACITY);
                TrainingStep staged =
                        TrainingStep.create(StepRun.SPEC, SETTINGS, CAPACITY, STAGED)) {
            direct.initialise(InitialWeights.uniform(StepRun.SPEC, SEED));
            staged.initialise(InitialWeights.uniform(StepRun.SPEC, SEED));
            assertThat(direct.keptCalls()).isEqualTo(1);
            for (int round = 0; round < 2; round++) {
                int[][] made = new int[staged.keptCalls()][];
                int[] kept = new int[staged.keptCalls()];
                for (int call = 0; call < kept.length; call++) {
                    Row[] rows = Batches.rows(StepRun.SPEC, 1 + call % CAPACITY, SEED + call);
                    Batches.fill(direct, rows);
                    Batches.fill(staged, rows);
                    // When
                    direct.step(rows.length);
                    staged.step(rows.length);
                    made[call] = predictions(direct, direct.keep(), rows.length);
                    kept[call] = staged.keep();
                }
                // Then
                for (int call = 0; call < kept.length; call++) {
                    assertThat(predictions(staged, kept[call], made[call].length))
                            .containsExactly(made[call]);
                }
            }
        }
    }

    @Test
    void aStateThatWasRestoredIsWhereTheStepsAre() {
        // Given
        try (TrainingStep staged = TrainingStep.create(StepRun.SPEC, SETTINGS, 32, STAGED)) {
            staged.initialise(InitialWeights.uniform(StepRun.SPEC, SEED));
            StepRun.advance(staged, 0);
            byte[] before = Batches.bytes(staged.weights());
            List<ByteBuffer> state =
                    Stream.of(
                                    staged.weights(),
                                    staged.firstMoment(),
                                    staged.secondMoment(),
                                    staged.ema())
                            .map(buffer -> ByteBuffer.wrap(Batches.bytes(buffer)))
                            .toList();
            StepRun.advance(staged, 1);
            byte[] after = Batches.bytes(staged.weights());
            // When
            staged.restore(state.get(0), state.get(1), state.get(2), state.get(3), 1);
            byte[] restored = Batches.bytes(staged.weights());
            StepRun.advance(staged, 1);
            // Then
            assertThat(restored).isEqualTo(before).isNotEqualTo(after);
            assertThat(Batches.bytes(staged.weights())).isEqualTo(after);
        }
    }

    /** libtorch compiles every method when it loads a module. */
    @Test
    void codeForAGpuIsCodeThatLibtorchCompiles() {
        Placement gpu = Placement.of(TorchDevice.cuda(0));
        byte[] archive = TrainingStepSource.archive(StepRun.SPEC, SETTINGS, CAPACITY, gpu);
        try (TorchModule module = TorchModule.load(archive)) {
            module.call("stage", 0);
            assertThat(module.buffer("get_host_inputs").capacity())
                    .isEqualTo(CAPACITY * StepRun.SPEC.input().bytes());
        }
    }

    private static int[] predictions(TrainingStep step, int kept, int rows) {
        int[] predictions = new int[rows];
        for (int row = 0; row < rows; row++) {
            predictions[row] = step.prediction(kept, row);
        }
        return predictions;
    }
}
