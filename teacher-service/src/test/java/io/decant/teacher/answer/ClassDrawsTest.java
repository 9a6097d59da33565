package io.decant.teacher.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClassDrawsTest {
    private static final byte[] VERSION = {1, 2, 3, 4, 5, 6, 7, 8};

    @Test
    void sharesAreOnAverageTheProbabilities() {
        // Given
        Random random = new Random(17);
        float[] softened = new float[20];
        double total = 0;
        for (int c = 0; c < 20; c++) {
            softened[c] = (float) (2 * random.nextGaussian());
            total += Math.exp(softened[c]);
        }
        int samples = 20_000;
        int draws = 10;

        // When
        double[] mean = new double[20];
        for (int s = 0; s < samples; s++) {
            int[] counts = ClassDraws.counts(softened, draws, ClassDraws.seed("s-" + s, VERSION));
            assertThat(Arrays.stream(counts).sum()).isEqualTo(draws);
            for (int c = 0; c < 20; c++) {
                mean[c] += counts[c] / (double) draws / samples;
            }
        }

        // Then: five standard deviations of that mean
        for (int c = 0; c < 20; c++) {
            double p = Math.exp(softened[c]) / total;
            assertThat(mean[c])
                    .isCloseTo(p, within(5 * Math.sqrt(p * (1 - p) / (draws * (double) samples))));
        }
    }

    @Test
    void aClassWithoutMassIsNeverDrawn() {
        float[] softened = {-80_000, 3e38f, -3e38f};

        assertThat(ClassDraws.counts(softened, 255, 1)).containsExactly(0, 255, 0);
    }

    @Test
    void equalLogitsAreAllDrawn() {
        int[] counts = ClassDraws.counts(new float[4], 255, 1);

        assertThat(Arrays.stream(counts).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(30, 100));
    }

    @Test
    void theSeedIsOfSampleAndTeacher() {
        long seed = ClassDraws.seed("s-1", VERSION);

        assertThat(ClassDraws.seed("s-1", VERSION.clone())).isEqualTo(seed);
        assertThat(ClassDraws.seed("s-2", VERSION)).isNotEqualTo(seed);
        assertThat(ClassDraws.seed("s-1", new byte[8])).isNotEqualTo(seed);
    }

    /** By hand: SHA-256, SplitMix64 and the cumulative sums of e, 1, 1/e and e². */
    @Test
    void drawsAreTheSameForEver() {
        float[] softened = {1, 0, -1, 2};

        assertThat(ClassDraws.counts(softened, 20, ClassDraws.seed("run-17", VERSION)))
                .containsExactly(3, 2, 0, 15);
    }
}
