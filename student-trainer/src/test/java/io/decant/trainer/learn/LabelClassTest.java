package io.decant.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelClassTest {
    @Test
    void aDistributionIsLearnedInItsProportionsAndScoredByItsLikeliestClass() {
        // Given
        List<Float> distribution = List.of(0.2f, 0f, 0.5f, 0.3f);
        int[] drawn = new int[4];
        // When
        for (int i = 0; i < 20_000; i++) {
            LabelClass label = LabelClass.drawn(distribution, SampleKey.of("s" + i).uniform(11));
            drawn[label.learned()]++;
            assertThat(label.scored()).isEqualTo(2);
        }
        // Then: four standard deviations of 20 000 draws
        for (int c = 0; c < 4; c++) {
            assertThat(drawn[c] / 20_000.0).isCloseTo(distribution.get(c), within(0.015));
        }
    }

    @Test
    void theDrawDependsOnSeedAndSampleAlone() {
        assertThat(SampleKey.of("a").uniform(1)).isEqualTo(SampleKey.of("a").uniform(1));
        assertThat(SampleKey.of("a").uniform(1)).isNotEqualTo(SampleKey.of("a").uniform(2));
        assertThat(SampleKey.of("a").uniform(1)).isNotEqualTo(SampleKey.of("b").uniform(1));
    }
}
