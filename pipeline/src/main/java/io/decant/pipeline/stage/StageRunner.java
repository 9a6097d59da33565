package io.decant.pipeline.stage;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a stage its thread. The stage is made on that thread too, so that what it owns never
 * changes hands. A failure ends the stage and is reported by {@link #failure}; nothing is restarted
 * here, a supervisor does that. <i>Thread-safe.</i>
 */
public final class StageRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StageRunner.class);

    private final Thread thread;
    private final Duration patience;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean stopping;

    /** Makes a stage; called on the stage's thread. */
    @FunctionalInterface
    public interface Maker {
        Stage make() throws Exception;
    }

    private StageRunner(String name, Maker maker, Duration patience) {
        this.patience = patience;
        this.thread = new Thread(() -> run(maker), name);
    }

    /**
     * Starts a stage.
     *
     * @param patience longest wait for the stage to end when it is closed
     */
    public static StageRunner start(String name, Maker maker, Duration patience) {
        StageRunner runner = new StageRunner(name, maker, patience);
        runner.thread.start();
        return runner;
    }

    private void run(Maker maker) {
        Throwable failure = null;
        try (Stage stage = maker.make()) {
            while (!stopping) {
                stage.doWork();
            }
        } catch (Throwable any) {
            // Whatever it was, the stage is over and its owner must hear of it.
            failure = any;
        }
        if (failure == null || stopping) {
            if (failure != null) {
                LOG.warn(
                        "stage={} event=failed_while_stopping error=\"{}\"",
                        thread.getName(),
                        failure.toString());
            }
            ended.complete(null);
        } else {
            LOG.error(
                    "stage={} event=failed error=\"{}\"",
                    thread.getName(),
                    failure.toString(),
                    failure);
            ended.completeExceptionally(failure);
        }
    }

    /** Completes when the stage has ended; exceptionally when it failed. */
    public CompletableFuture<Void> ended() {
        return ended;
    }

    /** Asks the stage to end after its turn, without waiting. */
    public void stop() {
        stopping = true;
    }

    /** Stops the stage and waits for it, a bounded time; then interrupts it. */
    @Override
    public void close() {
        stop();
        try {
            ended.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            LOG.warn(
                    "stage={} event=interrupted_after seconds={}",
                    thread.getName(),
                    patience.toSeconds());
            thread.interrupt();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException failed) {
            // Reported by ended(); closing is over.
            LOG.debug("stage={} event=closed_after_failure", thread.getName());
        }
    }
}
