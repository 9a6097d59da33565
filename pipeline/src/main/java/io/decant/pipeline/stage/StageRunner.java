package io.decant.pipeline.stage;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a stage its thread. The stage is made on that thread too, so that what it owns never
 * changes hands. A failure ends the stage and is reported by {@link #ended}; nothing is restarted
 * here, a supervisor does that. <i>Thread-safe.</i>
 */
public final class StageRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StageRunner.class);

    private final Thread thread;
    private final Duration patience;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean stopping;
    private volatile boolean interrupted;

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
     * @param name what its thread is called
     * @param patience longest wait for the stage to end when it is closed; once more after it was
     *     interrupted
     */
    public static StageRunner start(String name, Maker maker, Duration patience) {
        StageRunner runner = new StageRunner(name, maker, patience);
        runner.thread.start();
        return runner;
    }

    private void run(Maker maker) {
        try (Stage stage = maker.make()) {
            while (!stopping) {
                stage.doWork();
            }
        } catch (Throwable failure) {
            // Whatever it was, the stage is over and its owner must hear of it.
            failed(failure);
        }
        ended.complete(null);
    }

    private void failed(Throwable failure) {
        if (interrupted) {
            LOG.warn(
                    "stage={} event=ended_by_interrupt error=\"{}\"",
                    thread.getName(),
                    failure.toString());
        } else {
            LOG.error(
                    "stage={} event=failed error=\"{}\"",
                    thread.getName(),
                    failure.toString(),
                    failure);
            ended.completeExceptionally(failure);
        }
    }

    /**
     * Completes when the stage has ended; exceptionally when it failed, also while it was being
     * stopped. A stage that {@link #close} had to interrupt has not failed.
     */
    public CompletableFuture<Void> ended() {
        return ended;
    }

    /** Asks the stage to end after its turn, without waiting. */
    public void stop() {
        stopping = true;
    }

    /** Stops the stage and waits for it, a bounded time; then interrupts it and waits as long. */
    @Override
    public void close() {
        stop();
        if (!hasEnded()) {
            LOG.warn(
                    "stage={} event=interrupted after_millis={}",
                    thread.getName(),
                    patience.toMillis());
            interrupted = true;
            thread.interrupt();
            if (!hasEnded()) {
                LOG.error("stage={} event=left_running", thread.getName());
            }
        }
    }

    /** Waits once; true if the stage has ended or the waiting thread must not wait on. */
    private boolean hasEnded() {
        try {
            ended.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException failed) {
            // Reported by ended(); closing is over.
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
