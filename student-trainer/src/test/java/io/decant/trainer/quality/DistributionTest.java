package io.decant.trainer.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DistributionTest {
    /** Softmax 0.5, 0.25, 0.125, 0.125. */
    private static final Distribution HALVES = new Distribution(logs(0.5, 0.25, 0.125, 0.125));

    private static float[] logs(double... probabilities) {
        float[] logits = new float[probabilities.length];
        for (int c = 0; c < logits.length; c++) {
            logits[c] = (float) (Math.log(probabilities[c]) + 3);
        }
        return logits;
    }

    @Test
    void confidenceIsTheGreatestProbability() {
        assertThat(HALVES.confidence()).isCloseTo(0.5f, within(1e-6f));
    }

    @Test
    void natsAreTheNegativeLogarithm() {
        assertThat(HALVES.nats(2)).isCloseTo((float) Math.log(8), within(1e-6f));
    }

    @Test
    void divergenceIsThatOfKullbackAndLeibler() {
        // Given
        Distribution even = new Distribution(logs(0.25, 0.25, 0.25, 0.25));
        // When, Then: ln 4 minus the entropy, 1.75 bits
        assertThat(HALVES.divergence(even))
                .isCloseTo((float) (Math.log(4) - 1.75 * Math.log(2)), within(1e-6f));
        assertThat(HALVES.divergence(HALVES)).isZero();
    }

    @Test
    void largeLogitsDoNotOverflow() {
        assertThat(new Distribution(new float[] {1e30f, 0, -1e30f}).nats(0)).isZero();
    }
}
