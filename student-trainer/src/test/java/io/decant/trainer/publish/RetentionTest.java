package io.decant.trainer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.trainer.publish.Retention.Version;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final Duration KEEP = Duration.ofMillis(100);

    @Test
    void oldVersionsGoOldestFirstAFewAtATime() {
        // Given
        Retention retention =
                new Retention(
                        KEEP,
                        2,
                        List.of(version(3, 30), version(1, 10), version(2, 20), version(4, 40)));
        // When
        List<Version> first = retention.removable(1_000);
        retention.published(version(5, 1_000), first);
        List<Version> second = retention.removable(1_000);
        // Then
        assertThat(first).extracting(Version::version).containsExactly(1L, 2L);
        assertThat(second).extracting(Version::version).containsExactly(3L, 4L);
    }

    @Test
    void youngVersionsStay() {
        // Given
        Retention retention =
                new Retention(KEEP, 9, List.of(version(1, 10), version(2, 20), version(3, 30)));
        // When, Then
        assertThat(retention.removable(110)).isEmpty();
        assertThat(retention.removable(111)).containsExactly(version(1, 10));
    }

    @Test
    void theNewestStaysHoweverOldItIs() {
        // Given: it is live until a publish that is not committed yet
        Retention retention = new Retention(KEEP, 9, List.of(version(1, 10), version(2, 20)));
        // When, Then
        assertThat(retention.removable(1_000_000)).containsExactly(version(1, 10));
    }

    private static Version version(long number, long publishedAt) {
        return new Version(number, publishedAt, 1);
    }
}
