package io.decant.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplingTest {
    @Test
    void thinningKeepsTheFirstAndTheLastAndEveryKthBetween() {
        assertThat(Thinning.everyKth(numbers(5), 5)).containsExactly(0, 1, 2, 3, 4);
        assertThat(Thinning.everyKth(numbers(11), 6)).containsExactly(0, 2, 4, 6, 8, 10);
        assertThat(Thinning.everyKth(numbers(10), 4)).containsExactly(0, 3, 6, 9);
        assertThat(Thinning.everyKth(numbers(1000), 2)).containsExactly(0, 999);
    }

    @Test
    void thinningNeverKeepsMoreThanTheLimitNorMuchLessThanHalf() {
        for (int size = 1; size < 300; size++) {
            for (int limit = 2; limit < 40; limit++) {
                List<Integer> kept = Thinning.everyKth(numbers(size), limit);
                assertThat(kept)
                        .as("%d items, limit %d", size, limit)
                        .hasSizeBetween(Math.min(size, limit / 2), limit)
                        .startsWith(0)
                        .endsWith(size - 1)
                        .isSorted();
            }
        }
    }

    @Test
    void aRunningSampleStaysBelowItsBoundAndIsEven() {
        // Given
        RunningSample<Integer> sample = new RunningSample<>(8);
        // When
        for (int i = 0; i < 100; i++) {
            if (sample.wantsNext()) {
                sample.keep(i);
            }
        }
        // Then its step has doubled whenever it held eight
        assertThat(sample.items()).containsExactly(0, 16, 32, 48, 64, 80, 96);
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
