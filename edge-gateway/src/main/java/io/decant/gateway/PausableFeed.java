package io.decant.gateway;

import io.decant.follower.registry.RegistryFeed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A registry that brings nothing while the gateway is paused, and is never read to its end then: so
 * no version is fetched and none swapped in, and the one in service goes on answering. What came
 * meanwhile comes when the pause is over. <i>Owned by the follower's thread.</i>
 */
final class PausableFeed implements RegistryFeed {
    private final RegistryFeed feed;
    private final Supplier<Optional<String>> pause;
    private final Consumer<Duration> idle;

    /**
     * Around a feed, which then belongs to it.
     *
     * @param pause why nothing may be followed for now; empty when it may
     * @param idle waits for the given time
     */
    PausableFeed(RegistryFeed feed, Supplier<Optional<String>> pause, Consumer<Duration> idle) {
        this.feed = feed;
        this.pause = pause;
        this.idle = idle;
    }

    @Override
    public Batch poll(Duration atMost) {
        if (pause.get().isEmpty()) {
            return feed.poll(atMost);
        }
        idle.accept(atMost);
        return new Batch(List.of(), List.of(), 0, false, false);
    }

    @Override
    public Batch older() {
        return feed.older();
    }

    @Override
    public boolean whole() {
        return feed.whole();
    }

    @Override
    public String topicId() {
        return feed.topicId();
    }

    @Override
    public void close() {
        feed.close();
    }
}
