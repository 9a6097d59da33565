package io.decant.trainer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.trainer.publish.Retention.Version;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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

    private static Retention retention(int atATime, Version... versions) {
        return new Retention(KEEP, atATime, SCHEDULE, List.of(versions));
    }

    private static Version version(long number, long publishedAt) {
        return new Version(number, publishedAt, 1, 0, "", 0);
    }

    private static Version stateOf(long number, String slot) {
        return new Version(number, 1, 1, 0, slot, 2);
    }
}
