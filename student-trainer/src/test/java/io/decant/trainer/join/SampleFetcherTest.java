package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.source.SourceRecord;
import io.decant.trainer.join.SampleFetcher.Fetched;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class SampleFetcherTest {
    private final SamplesTopic topic = new SamplesTopic("samples", 3);
    private final AtomicLong nanoTime = new AtomicLong();
    private final TreeMap<Long, SourceRecord> neighbours = new TreeMap<>();
    private final SampleFetcher fetcher =
            new SampleFetcher(
                    () -> topic,
                    "samples",
                    Duration.ofSeconds(5),
                    () -> nanoTime.getAndAdd(1_000_000_000L));

    private Fetched fetch(long offset) {
        return fetcher.fetch(new Position(0, offset), neighbours::put);
    }

    private void samples(int count) {
        for (int i = 0; i < count; i++) {
            topic.append(null, new byte[] {(byte) i});
        }
    }

    @Test
    void aSampleIsFoundByItsOffsetAndBringsItsFollowersAlong() {
        // Given
        samples(10);

        // When
        Fetched fetched = fetch(4);

        // Then
        assertThat(fetched)
                .isInstanceOfSatisfying(
                        Fetched.Found.class,
                        found -> assertThat(found.record().value()).containsExactly(4));
        assertThat(neighbours.keySet()).containsExactly(4L, 5L, 6L);
    }

    @Test
    void fetchesMayGoBackAndForth() {
        // Given
        samples(10);

        // When
        fetch(7);
        fetch(1);
        fetch(4);

        // Then
        assertThat(neighbours.keySet()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }

    @Test
    void aSampleBeforeTheStartOfTheLogIsGone() {
        // Given
        samples(10);
        topic.removeBefore(5);

        // When, Then
        assertThat(fetch(4)).isInstanceOf(Fetched.Gone.class);
        assertThat(fetch(5)).isInstanceOf(Fetched.Found.class);
    }

    @Test
    void anOffsetWithoutACommittedRecordHoldsNothing() {
        // Given
        samples(2);
        topic.appendNothing();
        samples(1);

        // When, Then
        assertThat(fetch(2)).isInstanceOf(Fetched.Nothing.class);
        assertThat(fetch(4)).isInstanceOf(Fetched.Nothing.class);
        assertThat(fetch(999)).isInstanceOf(Fetched.Nothing.class);
    }

    @Test
    void aBrokerThatDoesNotAnswerEndsTheFetchAfterItsLimit() {
        // Given
        samples(2);
        topic.silent = true;

        // When, Then
        assertThatThrownBy(() -> fetch(1))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("5000 ms");
        assertThat(topic.polls).isEqualTo(5);
    }
}
