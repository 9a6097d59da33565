package io.decant.trainer;

import io.decant.trainer.publish.Published;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes that are not committed yet: at most one in work and one waiting, which bounds what may
 * be learned but not committed. <i>Owned by the trainer's stage thread.</i>
 */
final class UnderWay {
    private static final Logger LOG = LoggerFactory.getLogger(UnderWay.class);
    private static final int MOST = 2;

    private final Deque<CompletableFuture<Published>> publishes = new ArrayDeque<>(MOST);

    boolean isFull() {
        return publishes.size() == MOST;
    }

    void add(CompletableFuture<Published> publish) {
        publishes.add(publish);
    }

    /**
     * The oldest publish, if it is committed.
     *
     * @throws RuntimeException its failure, if it failed
     */
    Optional<Published> committed() {
        if (publishes.isEmpty() || !publishes.element().isDone()) {
            return Optional.empty();
        }
        try {
            return Optional.of(publishes.remove().join());
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException known
                    ? known
                    : new IllegalStateException("a publish failed", failed.getCause());
        }
    }

    /** Waits a bounded time until the oldest publish is over, one way or the other. */
    void await(Duration wait) {
        try {
            publishes.element().get(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException seen) {
            LOG.trace("event=publish_under_way"); // committed() looks at the outcome.
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }
}
