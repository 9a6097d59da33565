package io.decant.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.model.checkpoint.WeightsRoute.Forms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightsRouteTest {
    private static final OptionalLong NONE = OptionalLong.empty();
    private static final long ANCHOR = 100;
    private static final long DELTA = 7;

    @Test
    void inStepItIsOneDelta() {
        assertThat(WeightsRoute.to(20, OptionalLong.of(19), versions(1, 30)))
                .contains(new WeightsRoute(NONE, List.of(20L), DELTA));
    }

    @Test
    void withNothingItIsTheNewestAnchorAndTheTail() {
        assertThat(WeightsRoute.to(23, NONE, versions(1, 30)))
                .contains(
                        new WeightsRoute(
                                OptionalLong.of(20), List.of(21L, 22L, 23L), ANCHOR + 3 * DELTA));
    }

    @Test
    void afterALongSleepTheAnchorIsLessThanAllTheDeltas() {
        // Given: from version 4, 14 deltas are 98 bytes and 15 are 105
        Map<Long, Forms> versions = versions(1, 40);
        // When, Then
        assertThat(WeightsRoute.to(20, OptionalLong.of(6), versions).orElseThrow().anchor())
                .isEmpty();
        assertThat(WeightsRoute.to(20, OptionalLong.of(5), versions).orElseThrow())
                .isEqualTo(new WeightsRoute(OptionalLong.of(20), List.of(), ANCHOR));
    }

    @Test
    void backwardsItBeginsAtAnAnchor() {
        assertThat(WeightsRoute.to(12, OptionalLong.of(19), versions(1, 30)).orElseThrow())
                .isEqualTo(
                        new WeightsRoute(
                                OptionalLong.of(10), List.of(11L, 12L), ANCHOR + 2 * DELTA));
    }

    @Test
    void whatIsServedAlreadyCostsNothing() {
        assertThat(WeightsRoute.to(12, OptionalLong.of(12), Map.of()))
                .contains(new WeightsRoute(NONE, List.of(), 0));
    }

    @Test
    void aGapEndsTheWay() {
        // Given
        Map<Long, Forms> versions = versions(1, 30);
        versions.remove(22L);
        // When, Then
        assertThat(WeightsRoute.to(24, OptionalLong.of(21), versions)).isEmpty();
        assertThat(WeightsRoute.to(24, OptionalLong.of(22), versions)).isPresent();
        assertThat(WeightsRoute.to(31, NONE, versions)).isEmpty();
    }

    @Test
    void itIsTheCheapestOfAllWays() {
        // Given random registries: some versions, some forms, some sizes; and parents that skip
        Random random = new Random(11);
        for (int round = 0; round < 2_000; round++) {
            Map<Long, Forms> versions = new HashMap<>();
            for (long version = 1; version <= 12; version++) {
                if (random.nextInt(10) > 0) {
                    long parent = random.nextInt(10) > 0 ? version - 1 : random.nextInt(13);
                    versions.put(
                            version, new Forms(parent, some(random, 4, 60), some(random, 2, 20)));
                }
            }
            OptionalLong head =
                    random.nextBoolean() ? OptionalLong.of(1 + random.nextInt(12)) : NONE;
            long wanted = 1 + random.nextInt(12);
            // When
            Optional<WeightsRoute> route = WeightsRoute.to(wanted, head, versions);
            // Then
            OptionalLong cheapest = cheapest(wanted, head, versions, 13);
            assertThat(route.isPresent()).isEqualTo(cheapest.isPresent());
            route.ifPresent(found -> assertThat(found.bytes()).isEqualTo(cheapest.getAsLong()));
        }
    }

    /** By trying all ways. */
    private static OptionalLong cheapest(
            long version, OptionalLong head, Map<Long, Forms> versions, int depth) {
        if (head.isPresent() && head.getAsLong() == version) {
            return OptionalLong.of(0);
        }
        Forms forms = versions.get(version);
        if (forms == null || depth == 0) {
            return NONE;
        }
        OptionalLong best = forms.anchorBytes();
        if (forms.deltaBytes().isPresent() && forms.parent() < version) {
            OptionalLong before = cheapest(forms.parent(), head, versions, depth - 1);
            if (before.isPresent()) {
                long sum = before.getAsLong() + forms.deltaBytes().getAsLong();
                best = OptionalLong.of(best.isPresent() ? Math.min(best.getAsLong(), sum) : sum);
            }
        }
        return best;
    }

    private static OptionalLong some(Random random, int oneIn, int most) {
        return random.nextInt(oneIn) == 0 || oneIn == 2 && random.nextInt(4) > 0
                ? OptionalLong.of(1 + random.nextInt(most))
                : NONE;
    }

    /** The first is an anchor alone; every tenth has both forms. */
    private static Map<Long, Forms> versions(long first, long last) {
        Map<Long, Forms> versions = new HashMap<>();
        for (long version = first; version <= last; version++) {
            versions.put(
                    version,
                    new Forms(
                            version - 1,
                            version == 1 || version % 10 == 0 ? OptionalLong.of(ANCHOR) : NONE,
                            version == 1 ? NONE : OptionalLong.of(DELTA)));
        }
        return versions;
    }
}
