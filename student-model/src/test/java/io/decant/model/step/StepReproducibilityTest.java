package io.decant.model.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.decant.model.loss.Dist;
import io.decant.model.loss.TeacherLoss;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.NaiveMlp.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StepReproducibilityTest {
    private static final Path MEMORY = Path.of("/proc/self/statm");

    @Test
    void twoProcessesGiveTheSameWeightsAfterAThousandSteps() throws Exception {
        // Given
        Process other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                StepRun.class.getName(),
                                "1000")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        // When
        String here = StepRun.digestAfter(1000);
        String there =
                new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        // Then
        assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(there).isEqualTo(here).hasSize(128);
        assertThat(StepRun.digestAfter(999)).isNotEqualTo(here);
    }

    /**
     * The file holds the losses of the same run in double, by {@link NaiveMlp} and {@link
     * NaiveAdam}.
     */
    @Test
    void lossesFollowTheGoldenFile() throws IOException {
        // Given
        List<String> golden =
                new String(
                                StepReproducibilityTest.class
                                        .getResourceAsStream("losses.txt")
                                        .readAllBytes(),
                                StandardCharsets.UTF_8)
                        .lines()
                        .toList();
        try (TrainingStep step = TrainingStep.create(StepRun.SPEC, StepSettings.defaults(), 32)) {
            step.initialise(InitialWeights.uniform(StepRun.SPEC, StepRun.SEED));
            assertThat(golden).hasSize(200);
            for (int k = 0; k < golden.size(); k++) {
                // When
                double loss = StepRun.lossThenAdvance(step, k);
                // Then
                double expected = Double.parseDouble(golden.get(k));
                assertThat(loss)
                        .as("loss of step %d", k)
                        .isCloseTo(expected, within(1e-3 * expected));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.decant.model.loss.Losses#all")
    void gradientAgreesWithLibtorchsAutograd(TeacherLoss loss) {
        // Given
        StepSettings settings = StepSettings.defaults().with(loss);
        for (ModelSpec spec : List.of(StepRun.SPEC, Batches.SMALL)) {
            Row[] rows = Batches.rows(spec, 32, 5);
            float[] weights = InitialWeights.uniform(spec, 5);
            float[] expected = AutogradReference.gradient(spec, settings, weights, rows);
            try (TrainingStep step = TrainingStep.create(spec, settings, 32)) {
                step.initialise(weights);
                Batches.fill(step, rows);
                // When
                step.step(rows.length);
                // Then
                float[] gradient = Batches.floats(step.gradient());
                double scale = 0;
                for (int i = 0; i < expected.length; i++) {
                    scale = Math.max(scale, Math.abs(expected[i]));
                }
                assertThat(scale).isPositive();
                // Correlations divide by spreads of a few hundredths.
                double tolerance = loss instanceof Dist ? 5e-5 : 1e-5;
                for (int i = 0; i < expected.length; i++) {
                    assertThat(gradient[i])
                            .isCloseTo(
                                    expected[i], within((float) (tolerance * Math.max(1, scale))));
                }
            }
        }
    }

    @Test
    void memoryDoesNotGrowWithSteps() throws IOException {
        // Given
        assumeThat(MEMORY).exists();
        try (TrainingStep step = TrainingStep.create(StepRun.SPEC, StepSettings.defaults(), 32)) {
            step.initialise(InitialWeights.uniform(StepRun.SPEC, StepRun.SEED));
            StepRun.advance(step, 0);
            run(step, 3000);
            long before = residentPages();
            // When
            run(step, 20000);
            // Then
            assertThat((residentPages() - before) * 4096).isLessThan(20 << 20);
            assertThat(step.steps()).isEqualTo(23001);
        }
    }

    private static void run(TrainingStep step, int steps) {
        for (int k = 0; k < steps; k++) {
            step.step(1 + k % 32);
        }
    }

    private static long residentPages() throws IOException {
        return Long.parseLong(Files.readString(MEMORY).split(" ")[1]);
    }
}
