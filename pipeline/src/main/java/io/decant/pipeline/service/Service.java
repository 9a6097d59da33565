package io.decant.pipeline.service;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A running service: the teacher, the joiner, the trainer or a gateway. The command line runs one
 * to its end; the development stack runs all of them in one process. <i>Thread-safe.</i>
 */
public interface Service extends AutoCloseable {
    /** Completes when the service has stopped; exceptionally when it could not go on. */
    CompletableFuture<Void> ended();

    /** Why the service takes no work for now, one sentence; empty when it does. */
    Optional<String> paused();

    /** Stops the service cleanly and waits a bounded time. */
    @Override
    void close();
}
