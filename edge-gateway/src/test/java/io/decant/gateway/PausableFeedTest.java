package io.decant.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.registry.RegistryFeed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PausableFeedTest {
    private static final Duration POLL = Duration.ofMillis(100);

    private final List<Duration> idled = new ArrayList<>();
    private Optional<String> pause = Optional.empty();
    private int polls;

    private final PausableFeed feed =
            new PausableFeed(
                    new RegistryFeed() {
                        @Override
                        public Batch poll(Duration atMost) {
                            polls++;
                            return new Batch(List.of(), List.of(), 7, true, false);
                        }

                        @Override
                        public Batch older() {
                            return poll(POLL);
                        }

                        @Override
                        public boolean whole() {
                            return true;
                        }

                        @Override
                        public String topicId() {
                            return "topic";
                        }

                        @Override
                        public void close() {
                            polls = -1;
                        }
                    },
                    () -> pause,
                    idled::add);

    @Test
    void aPausedGatewayReadsNothingAndIsNeverAtTheEndSoItReloadsNothing() {
        // Given
        pause = Optional.of("paused by ada");

        // When
        RegistryFeed.Batch batch = feed.poll(POLL);

        // Then
        assertThat(polls).isZero();
        assertThat(batch.changes()).isEmpty();
        assertThat(batch.caughtUp()).isFalse();
        assertThat(idled).containsExactly(POLL);
    }

    @Test
    void afterThePauseItFollowsWhatCameMeanwhile() {
        // Given
        pause = Optional.of("paused by ada");
        feed.poll(POLL);

        // When
        pause = Optional.empty();

        // Then
        assertThat(feed.poll(POLL).bytes()).isEqualTo(7);
        assertThat(feed.poll(POLL).caughtUp()).isTrue();
    }
}
