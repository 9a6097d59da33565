package io.decant.teacher.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OpinionsTest {
    @Test
    void theMarginIsTheDifferenceOfTheTwoGreatestProbabilities() {
        // Given probabilities 0.2, 0.5, 0.3 and, shifted by a constant, 0.1, 0.1, 0.8
        float[] logits = {
            log(0.2), log(0.5), log(0.3), 90 + log(0.1), 90 + log(0.1), 90 + log(0.8)
        };

        // When
        Opinions opinions = Opinions.of(logits, 2, 3);

        // Then
        assertThat(opinions.margin(0)).isCloseTo(0.2f, within(1e-6f));
        assertThat(opinions.margin(1)).isCloseTo(0.7f, within(1e-5f));
        assertThat(opinions.classOf(0)).isEqualTo(1);
        assertThat(opinions.classOf(1)).isEqualTo(2);
    }

    @Test
    void equalsAreNoMarginAndTheFirstOfThemIsTheClass() {
        // When
        Opinions opinions = Opinions.of(new float[] {1, 3, 3}, 1, 3);

        // Then
        assertThat(opinions.margin(0)).isZero();
        assertThat(opinions.classOf(0)).isEqualTo(1);
    }

    private static float log(double value) {
        return (float) Math.log(value);
    }
}
