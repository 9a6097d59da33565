package io.decant.trainer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.model.checkpoint.WeightsRoute;
import io.decant.trainer.publish.Retention.Version;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final Duration KEEP = Duration.ofMillis(100);
    private static final StateSchedule SCHEDULE = new StateSchedule(8 << 20, 10, 100);
    private static final Orders NONE = new Orders(true, Set.of());
    private static final long LATER = 1_000_000;

    @Test
    void oldVersionsGoOldestFirstAFewAtATime() {
        // Given
        Retention retention =
                retention(2, version(3, 30), version(1, 10), version(2, 20), version(4, 40));
        // When
        List<Version> first = retention.removable(1_000, NONE);
        retention.published(version(5, 1_000), first);
        List<Version> second = retention.removable(1_000, NONE);
        // Then
        assertThat(first).extracting(Version::version).containsExactly(1L, 2L);
        assertThat(second).extracting(Version::version).containsExactly(3L, 4L);
    }

    @Test
    void youngVersionsStay() {
        // Given
        Retention retention = retention(9, version(1, 10), version(2, 20), version(3, 30));
        // When, Then
        assertThat(retention.removable(110, NONE)).isEmpty();
        assertThat(retention.removable(111, NONE)).containsExactly(version(1, 10));
    }

    @Test
    void whatWasThereAtTheStartIsYoungUntilItHasBeenKnownForLongEnough() {
        // Given versions that say of themselves that they are old: their clock may have been wrong
        Retention retention =
                new Retention(
                        KEEP, 9, SCHEDULE, List.of(version(1, -LATER), version(2, LATER)), 1_000);
        // When, Then
        assertThat(retention.removable(1_100, NONE)).isEmpty();
        assertThat(retention.removable(1_101, NONE))
                .extracting(Version::version)
                .containsExactly(1L);
    }

    @Test
    void theNewestStaysHoweverOldItIs() {
        // Given: it is live until a publish that is not committed yet
        Retention retention = retention(9, version(1, 10), version(2, 20));
        // When, Then
        assertThat(retention.removable(LATER, NONE)).containsExactly(version(1, 10));
    }

    @Test
    void nothingGoesBeforeOperatorsOrdersAreKnown() {
        // Given
        Retention retention = retention(9, version(1, 10), version(2, 20));
        // When, Then
        assertThat(retention.removable(LATER, Orders.UNKNOWN)).isEmpty();
    }

    @Test
    void whatAnOperatorPinnedOrServesStays() {
        // Given
        Retention retention = retention(9, version(1, 10), version(2, 20), version(3, 30));
        Orders orders = new Orders(true, Set.of(1L));
        // When, Then
        assertThat(retention.removable(LATER, orders)).containsExactly(version(2, 20));
    }

    @Test
    void theNewestTwoStatesStayWithTheirVersions() {
        // Given: large states, written with every tenth version
        Retention retention =
                retention(
                        9,
                        stateOf(10, "1"),
                        version(11, 10),
                        stateOf(20, "2"),
                        version(21, 20),
                        stateOf(30, "0"),
                        version(31, 30),
                        version(32, 30));
        // When
        List<Version> removable = retention.removable(LATER, NONE);
        // Then
        assertThat(removable).extracting(Version::version).containsExactly(10L, 11L, 21L, 31L);
    }

    @Test
    void keptStatesAreThinnedWithAge() {
        // Given: 60,000 versions, each hundredth kept
        Retention retention =
                retention(
                        9_999,
                        LongStream.rangeClosed(1, 600)
                                .mapToObj(i -> stateOf(100 * i, "kept-" + 100 * i))
                                .toArray(Version[]::new));
        // When
        List<Version> removable = retention.removable(LATER, NONE);
        // Then: the newest ten of each class stay: hundreds, thousands, ten thousands
        List<Long> gone = removable.stream().map(Version::version).toList();
        assertThat(LongStream.rangeClosed(1, 600).map(i -> 100 * i).boxed())
                .filteredOn(version -> !gone.contains(version))
                .containsExactly(
                        10_000L, 20_000L, 30_000L, 40_000L, 50_000L, 51_000L, 52_000L, 53_000L,
                        54_000L, 55_000L, 56_000L, 57_000L, 58_000L, 59_000L, 59_100L, 59_200L,
                        59_300L, 59_400L, 59_500L, 59_600L, 59_700L, 59_800L, 59_900L, 60_000L);
    }

    @Test
    void anAnchorStaysAsLongAsADeltaBehindItDoesAndGoesAfterIt() {
        // Given anchors 1 and 4, the rest deltas; only version 6 is young
        Retention retention =
                retention(
                        2,
                        version(1, 10),
                        delta(2, 20),
                        delta(3, 30),
                        version(4, 40),
                        delta(5, 50),
                        delta(6, 1_000));
        // When, Then
        List<Version> first = retention.removable(1_050, NONE);
        assertThat(first).containsExactly(delta(3, 30), delta(2, 20));
        retention.published(delta(7, 1_050), first);
        assertThat(retention.removable(1_051, NONE)).containsExactly(version(1, 10));
    }

    @Test
    void aPinnedVersionKeepsWhatItIsRebuiltFrom() {
        // Given
        Retention retention =
                retention(
                        9,
                        version(1, 10),
                        delta(2, 20),
                        delta(3, 30),
                        delta(4, 40),
                        version(5, 50));
        // When, Then
        assertThat(retention.removable(LATER, new Orders(true, Set.of(3L))))
                .containsExactly(delta(4, 40));
    }

    @Test
    void whateverTheScheduleEveryVersionThatStaysCanBeRebuilt() {
        for (int seed = 0; seed < 300; seed++) {
            anySchedule(new Random(seed), "seed " + seed);
        }
    }

    private static void anySchedule(Random random, String seed) {
        // Given
        StateSchedule schedule =
                new StateSchedule(1, 1 + random.nextInt(9), 1 + random.nextInt(30));
        Retention retention = new Retention(KEEP, 1 + random.nextInt(6), schedule, List.of(), 0);
        int anchorEvery = 1 + random.nextInt(12);
        TreeMap<Long, Version> kept = new TreeMap<>();
        Set<Long> pinned = new HashSet<>();
        long now = 0;
        for (long number = 1; number <= 150; number++) {
            now += random.nextInt(40);
            if (random.nextInt(10) == 0) {
                pinned.add(1 + (long) random.nextInt((int) number));
            }
            if (random.nextInt(10) == 0) {
                pinned.removeIf(any -> random.nextBoolean());
            }
            Orders orders = new Orders(random.nextInt(20) > 0, pinned);
            boolean anchor = number == 1 || number % anchorEvery == 0 || random.nextInt(30) == 0;
            String slot = schedule.slot(number, 2, false).orElse("");
            Version version =
                    new Version(
                            number,
                            now,
                            anchor ? 1 : 0,
                            anchor && random.nextBoolean() ? 0 : 1,
                            slot,
                            slot.isEmpty() ? 0 : 1);
            pinned.retainAll(kept.keySet());
            // When
            List<Version> removed = retention.removable(now, orders);
            retention.published(version, removed);
            // Then
            long at = now;
            assertThat(removed)
                    .as(seed)
                    .allMatch(old -> at - old.publishedAtMillis() > KEEP.toMillis())
                    .noneMatch(old -> pinned.contains(old.version()))
                    .allMatch(old -> kept.remove(old.version()) != null);
            kept.put(number, version);
            assertThat(kept.keySet())
                    .as(seed)
                    .allMatch(
                            any ->
                                    WeightsRoute.to(any, OptionalLong.empty(), forms(kept))
                                            .isPresent());
        }
        // And when nothing is young or pinned any more, what is left has a reason
        for (int turn = 0; turn < 150; turn++) {
            List<Version> removed = retention.removable(now + LATER, NONE);
            Version last = kept.lastEntry().getValue();
            retention.published(last, removed);
            removed.forEach(old -> kept.remove(old.version()));
        }
        Set<Long> reasons = new HashSet<>();
        reasons.add(kept.lastKey());
        kept.values().stream()
                .filter(version -> version.keepsState())
                .filter(version -> schedule.isKept(version.version(), 150))
                .forEach(version -> reasons.add(version.version()));
        kept.descendingMap().values().stream()
                .filter(version -> !version.stateSlot().isEmpty())
                .limit(2)
                .forEach(version -> reasons.add(version.version()));
        Set<Long> chains = new HashSet<>();
        for (long reason : reasons) {
            WeightsRoute route =
                    WeightsRoute.to(reason, OptionalLong.empty(), forms(kept)).orElseThrow();
            chains.add(route.anchor().orElseThrow());
            chains.addAll(route.deltas());
        }
        assertThat(kept.keySet()).as(seed).isEqualTo(chains);
    }

    private static Map<Long, WeightsRoute.Forms> forms(Map<Long, Version> kept) {
        Map<Long, WeightsRoute.Forms> forms = new HashMap<>();
        kept.forEach(
                (number, version) ->
                        forms.put(
                                number,
                                new WeightsRoute.Forms(
                                        number - 1,
                                        size(version.anchorParts()),
                                        size(version.deltaParts()))));
        return forms;
    }

    /** Anchors and deltas are of one size, so that the nearest anchor is the cheapest way. */
    private static OptionalLong size(int parts) {
        return parts == 0 ? OptionalLong.empty() : OptionalLong.of(parts);
    }

    private static Version delta(long number, long publishedAt) {
        return new Version(number, publishedAt, 0, 1, "", 0);
    }

    private static Retention retention(int atATime, Version... versions) {
        Retention retention = new Retention(KEEP, atATime, SCHEDULE, List.of(), 0);
        List.of(versions).forEach(version -> retention.published(version, List.of()));
        return retention;
    }

    private static Version version(long number, long publishedAt) {
        return new Version(number, publishedAt, 1, 0, "", 0);
    }

    private static Version stateOf(long number, String slot) {
        return new Version(number, 1, 1, 0, slot, 2);
    }
}
