package io.decant.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FreshnessTest {
    @Test
    void aSampleIsFreshWhenTheFirstVersionThatLearnedItIsServed() {
        // Given
        Freshness freshness = new Freshness();
        freshness.pair(0, 10, 1000);
        freshness.pair(1, 5, 1500);
        freshness.pair(0, 99, 1600);
        // When: swaps may be told in any order; nothing has learned the last pair
        freshness.swap(new long[] {11, 6}, 3000);
        freshness.swap(new long[] {11, 0}, 2000);
        // Then
        assertThat(freshness.quantileMillis(0.5, 0)).hasValue(1000);
        assertThat(freshness.quantileMillis(1, 0)).hasValue(1500);
    }

    @Test
    void warmUpDoesNotCountAndNothingGivesNoFigure() {
        // Given
        Freshness freshness = new Freshness();
        freshness.pair(0, 1, 1000);
        freshness.swap(new long[] {2}, 9000);
        // Then
        assertThat(freshness.quantileMillis(0.99, 1001)).isEmpty();
    }

    @Test
    void eachSwapIsJudgedByTheSamplesThatItWasTheFirstToServe() {
        // Given
        Freshness freshness = new Freshness();
        freshness.pair(0, 0, 1000);
        freshness.pair(0, 1, 1100);
        freshness.pair(0, 2, 1900);
        freshness.pair(0, 3, 2500);
        freshness.pair(0, 9, 2600);
        // When: the second swap brings nothing, and nothing has learned the last pair
        freshness.swap(new long[] {3}, 2000);
        freshness.swap(new long[] {3}, 2100);
        freshness.swap(new long[] {4}, 3000);
        // Then
        assertThat(freshness.bySwap())
                .containsExactly(
                        new Freshness.OfSwap(2000, 900, 1000),
                        new Freshness.OfSwap(3000, 500, 500));
    }
}
