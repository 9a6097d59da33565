package io.decant.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.decant.follower.reload.ServingSlot.Swap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BytesInStepTest {
    @Test
    void onlyStepsCountAndASwapThatPassedVersionsOverStandsForThemAll() {
        // Given: an anchor, a delta, two versions at once, and the end of the stream
        List<Swap> swaps =
                List.of(swap(1, 400_000), swap(2, 10_000), swap(4, 26_000), swap(5, 400_000));
        // When, Then
        assertThat(BytesInStep.mean(swaps, Set.of(2L, 3L, 4L)).orElseThrow())
                .isCloseTo(12_000, within(1e-9));
    }

    @Test
    void aModelWithoutDeltasHasNoSteps() {
        assertThat(BytesInStep.mean(List.of(swap(1, 400), swap(2, 400)), Set.of())).isEmpty();
    }

    private static Swap swap(long version, long bytes) {
        return new Swap(version, version, bytes, false);
    }
}
