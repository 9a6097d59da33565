package io.decant.cli.run;

import io.decant.cli.CommandFailure;
import io.decant.dev.stack.ServiceStack;
import io.decant.pipeline.stage.StageRunner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Runs the stages that a command adds to a stack, and waits while it watches over all of them: a
 * wait ends with a sentence when something breaks, or when nothing moves any more. <i>Owned by the
 * main thread.</i>
 */
public final class Vigil implements AutoCloseable {
    private static final Duration STALL = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final ServiceStack stack;
    private final Duration look;
    private final List<StageRunner> runners = new ArrayList<>();

    /**
     * @param look time between two looks
     */
    public Vigil(ServiceStack stack, Duration look) {
        this.stack = stack;
        this.look = look;
    }

    /** Starts a stage on a thread of its own. */
    public void start(String name, StageRunner.Maker maker) {
        runners.add(StageRunner.start(name, maker, STOP_PATIENCE));
    }

    /**
     * Waits.
     *
     * @param what is waited for, in a sentence after "waiting for"
     * @param state changes as long as something moves; asked at every look
     */
    public void until(String what, Supplier<String> state, BooleanSupplier reached)
            throws InterruptedException {
        long moved = System.nanoTime();
        String before = "";
        while (!reached.getAsBoolean()) {
            failIfBroken();
            String now = state.get();
            if (!now.equals(before)) {
                before = now;
                moved = System.nanoTime();
            } else if (System.nanoTime() - moved > STALL.toNanos()) {
                throw new CommandFailure(
                        "nothing has moved for "
                                + STALL.toSeconds()
                                + " s while waiting for "
                                + what
                                + " ("
                                + now
                                + ")");
            }
            LockSupport.parkNanos(look.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** As {@link #until}, for work that has a result. */
    public <T> T result(String what, Supplier<String> state, CompletableFuture<T> work)
            throws InterruptedException {
        until(what, state, work::isDone);
        try {
            return work.get();
        } catch (ExecutionException failed) {
            throw new CommandFailure(
                    "waiting for " + what + " failed: " + failed.getCause().getMessage(),
                    failed.getCause());
        }
    }

    private void failIfBroken() {
        Optional<Throwable> failed = stack.failure();
        if (failed.isPresent()) {
            throw new CommandFailure(
                    "a service stopped: " + failed.get().getMessage(), failed.get());
        }
        for (StageRunner runner : runners) {
            if (runner.ended().isCompletedExceptionally()) {
                Throwable cause = runner.ended().handle((done, failure) -> failure).join();
                throw new CommandFailure(
                        "the command's own work failed: " + cause.getMessage(), cause);
            }
        }
    }

    /** Waits for something to start, before there is anything to watch over. */
    public static <T> T started(CompletableFuture<T> future, String what, Duration patience)
            throws InterruptedException {
        try {
            return future.get(patience.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new CommandFailure(
                    what + " did not start: " + failed.getCause().getMessage(), failed.getCause());
        } catch (TimeoutException late) {
            throw new CommandFailure(
                    what + " did not start within " + patience.toSeconds() + " s", late);
        }
    }

    /** Ends the stages without waiting for them. */
    public void stop() {
        runners.forEach(StageRunner::stop);
    }

    @Override
    public void close() {
        stop();
        runners.forEach(StageRunner::close);
    }
}
