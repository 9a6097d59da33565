package io.decant.trainer.replay;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Work that hands things over, done ahead on a thread of its own; a bounded number of things waits.
 * What the work uses belongs to that thread until {@link #close} has returned. <i>Owned by the
 * thread that takes.</i>
 *
 * @param <T> what is handed over
 */
public final class Ahead<T> implements AutoCloseable {
    private static final long LOOK_UP_MILLIS = 100;

    /** The work is asked to stop for so long, then it is interrupted. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Empty marks the end. */
    private final BlockingQueue<Optional<T>> waiting;

    private final Thread thread;
    private volatile boolean closed;
    private volatile Optional<RuntimeException> failure = Optional.empty();
    private boolean ended;

    /** Ends the work from inside; never seen by the taker. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("stopped", null, false, false);
        }
    }

    /**
     * Starts the work.
     *
     * @param most things that may wait, at least 1
     * @param work hands things to the consumer that it is given, and returns at the end
     */
    public Ahead(String name, int most, Consumer<Consumer<T>> work) {
        waiting = new ArrayBlockingQueue<>(most);
        thread = new Thread(() -> run(work), name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Consumer<Consumer<T>> work) {
        try {
            work.accept(thing -> put(Optional.of(thing)));
        } catch (Stopped asked) {
            return;
        } catch (RuntimeException failed) {
            failure = Optional.of(failed);
        } catch (Error broken) {
            failure = Optional.of(new IllegalStateException("reading ahead failed", broken));
            throw broken;
        } finally {
            end();
        }
    }

    private void end() {
        try {
            put(Optional.empty());
        } catch (Stopped nobodyTakes) {
            return;
        }
    }

    private void put(Optional<T> thing) {
        try {
            do {
                if (closed) {
                    throw new Stopped();
                }
            } while (!waiting.offer(thing, LOOK_UP_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException asked) {
            throw new Stopped();
        }
    }

    /**
     * The next thing; waits for it. Empty at the end of the work.
     *
     * @throws RuntimeException what the work threw, after everything that it had handed over
     */
    public Optional<T> next() {
        if (ended) {
            return Optional.empty();
        }
        Optional<T> next;
        try {
            next = waiting.take();
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
        if (next.isEmpty()) {
            ended = true;
            failure.ifPresent(
                    failed -> {
                        throw failed;
                    });
        }
        return next;
    }

    /** Stops the work and waits until its thread has ended. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(PATIENCE.toMillis());
            thread.interrupt();
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
