package io.decant.model.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitMix64Test {
    @Test
    void outputsAreThePublishedOnes() {
        // Then: first outputs of the authors' reference implementation for seed 1234567
        assertThat(SplitMix64.at(1234567, 0)).isEqualTo(6457827717110365317L);
        assertThat(SplitMix64.at(1234567, 1)).isEqualTo(3203168211198807973L);
        assertThat(SplitMix64.at(1234567, 2))
                .isEqualTo(Long.parseUnsignedLong("9817491932198370423"));
    }

    @Test
    void unitsFillTheIntervalEvenly() {
        // When
        int[] counts = new int[10];
        for (int i = 0; i < 10000; i++) {
            counts[(int) (SplitMix64.unit(5, i) * 10)]++;
        }
        // Then: 1000 each, standard deviation 30
        assertThat(IntStream.of(counts).boxed()).allMatch(count -> count > 850 && count < 1150);
    }
}
