package io.decant.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AnswersTest {
    /** Logits of two classes that softmax turns into probabilities p and 1 − p. */
    private static float[] sure(double p) {
        return new float[] {(float) Math.log(p), (float) Math.log(1 - p)};
    }

    @Test
    void accuracyAndRecallCountTheLikeliestClass() {
        // Given: classes 0, 1, 0, 0 are answered
        Answers answers =
                new Answers(new float[][] {{2, 1}, {0, 1}, {3, 0}, {1, 1}}, new int[] {0, 1, 1, 0});
        // When, Then
        assertThat(answers.classes()).containsExactly(0, 1, 0, 0);
        assertThat(answers.accuracy()).isEqualTo(0.75);
        assertThat(answers.recall(0)).isEqualTo(1);
        assertThat(answers.recall(1)).isEqualTo(0.5);
        assertThat(new Answers(new float[][] {{1, 0}}, new int[] {0}).recall(1)).isNaN();
    }

    @Test
    void theCalibrationErrorIsTheWeightedGapOfEachBin() {
        // Given: three answers at 0.9, of which two are right, and one at 0.6 that is wrong
        Answers answers =
                new Answers(
                        new float[][] {sure(0.9), sure(0.9), sure(0.9), sure(0.6)},
                        new int[] {0, 0, 1, 1});
        // When
        double error = answers.calibrationError();
        // Then: 3/4 |2/3 − 0.9| + 1/4 |0 − 0.6|
        assertThat(error).isCloseTo(0.75 * (0.9 - 2.0 / 3) + 0.25 * 0.6, within(1e-6));
    }

    @Test
    void anAnswerThatIsFullySureFallsIntoTheLastBin() {
        // Given: the probability rounds to 1
        Answers answers = new Answers(new float[][] {{100, 0}}, new int[] {0});
        // When, Then
        assertThat(answers.calibrationError()).isCloseTo(0, within(1e-9));
    }

    @Test
    void aBiasMovesOneClassAndLeavesTheOthersAsTheyWere() {
        // Given
        Answers answers = new Answers(new float[][] {sure(0.75)}, new int[] {1});
        // When: odds of 1 to 3 become 2 to 3
        Answers moved = answers.withBias(1, Math.log(2));
        // Then
        assertThat(moved.meanProbability(1)).isCloseTo(0.4, within(1e-6));
        assertThat(answers.meanProbability(1)).isCloseTo(0.25, within(1e-6));
    }
}
