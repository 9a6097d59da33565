package io.decant.trainer.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.step.StepSettings;
import io.decant.model.step.TrainingStep;
import io.decant.pipeline.record.SampledPayload;
import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.records.Encoding;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sampled answer teaches is what its counts say, although its logits have a floor. */
class SampledAnswersTest {
    private static final int ROWS = 8;
    private static final int CLASSES = 12;
    private static final ModelSpec SPEC =
            ModelSpec.mlp(
                    List.of(4, CLASSES), new InputSpec(DType.U8, List.of(4), 1 / 255.0, 0.5, 0.3));

    @ParameterizedTest
    @ValueSource(doubles = {1, 3, 0.01, 1000})
    void lossAndGradientAreThoseOfTheCounts(double temperature) {
        Random random = new Random(17);
        try (TrainingStep step =
                TrainingStep.create(SPEC, StepSettings.plain(1e-3, temperature), ROWS)) {
            // Given
            step.initialise(weights(random, temperature));
            int[][] counts = new int[ROWS][CLASSES];
            byte[] features = new byte[4];
            for (int row = 0; row < ROWS; row++) {
                for (int draw = 0; draw < 50; draw++) {
                    counts[row][random.nextInt(1 + row)]++; // Row 0 is all one class.
                }
                random.nextBytes(features);
                step.input(row, features, 0);
                step.teacherLogits(row, raw(counts[row], temperature));
                step.label(row, 0);
                step.coefficients(row, 1f / ROWS, 0);
            }

            // When
            double loss = step.loss(ROWS);
            double[][] student = logits(step);
            step.step(ROWS);

            // Then
            double expectedLoss = 0;
            double[] expectedGradient = new double[CLASSES];
            for (int row = 0; row < ROWS; row++) {
                double[] logQ = logSoftmax(student[row], temperature);
                for (int c = 0; c < CLASSES; c++) {
                    double p = counts[row][c] / 50.0;
                    expectedLoss +=
                            p == 0
                                    ? 0
                                    : temperature
                                            * temperature
                                            * p
                                            * (Math.log(p) - logQ[c])
                                            / ROWS;
                    expectedGradient[c] += temperature * (Math.exp(logQ[c]) - p) / ROWS;
                }
            }
            assertThat(loss).isCloseTo(expectedLoss, within(2e-5 * expectedLoss));
            int bias = ParameterLayout.of(SPEC).bias(0).offset();
            for (int c = 0; c < CLASSES; c++) {
                assertThat((double) step.gradient().getFloat((bias + c) * Float.BYTES))
                        .as("bias of class " + c)
                        .isCloseTo(expectedGradient[c], within(1e-5 * temperature));
            }
        }
    }

    @Test
    void theFloorTeachesNothingEvenToAStudentThatIsSureOfAnotherClass() {
        try (TrainingStep step = TrainingStep.create(SPEC, StepSettings.plain(1e-3, 1), 1)) {
            // Given
            float[] weights = new float[SPEC.parameterCount()];
            weights[ParameterLayout.of(SPEC).bias(0).offset() + 5] = 1000;
            step.initialise(weights);
            int[] counts = new int[CLASSES];
            counts[0] = 50;
            step.input(0, new byte[4], 0);
            step.teacherLogits(0, raw(counts, 1));
            step.label(0, 0);
            step.coefficients(0, 1, 0);

            // When
            double loss = step.loss(1);
            step.step(1);

            // Then
            assertThat(loss).isCloseTo(1000, within(1e-2));
            int bias = ParameterLayout.of(SPEC).bias(0).offset();
            assertThat(step.gradient().getFloat(bias * Float.BYTES)).isEqualTo(-1);
            assertThat(step.gradient().getFloat((bias + 5) * Float.BYTES)).isEqualTo(1);
            assertThat(step.gradient().getFloat((bias + 1) * Float.BYTES)).isZero();
        }
    }

    /** Weights whose logits differ by a few temperatures. */
    private static float[] weights(Random random, double temperature) {
        float[] weights = new float[SPEC.parameterCount()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (temperature * random.nextGaussian());
        }
        return weights;
    }

    /** What a journal record of these draws is to the trainer: decoded, times its temperature. */
    private static float[] raw(int[] counts, double temperature) {
        float[] values = new float[CLASSES];
        SoftTargetPayload.decode(
                ByteBuffer.wrap(SampledPayload.encode(counts)), Encoding.SAMPLED, values);
        for (int c = 0; c < CLASSES; c++) {
            values[c] *= (float) temperature;
        }
        return values;
    }

    private static double[][] logits(TrainingStep step) {
        double[][] logits = new double[ROWS][CLASSES];
        float[] row = new float[CLASSES];
        for (int r = 0; r < ROWS; r++) {
            step.logits(r, row);
            for (int c = 0; c < CLASSES; c++) {
                logits[r][c] = row[c];
            }
        }
        return logits;
    }

    private static double[] logSoftmax(double[] logits, double temperature) {
        double most = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            most = Math.max(most, logit / temperature);
        }
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit / temperature - most);
        }
        double[] logs = new double[logits.length];
        for (int c = 0; c < logs.length; c++) {
            logs[c] = logits[c] / temperature - most - Math.log(sum);
        }
        return logs;
    }
}
