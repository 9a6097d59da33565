package io.decant.cli;

import java.util.function.Consumer;

/** Ctrl-C while work goes on: closes what the work uses, in order. <i>Thread-safe: no state.</i> */
final class StopHook {
    private StopHook() {}

    /** What goes on until it ends or is stopped. */
    @FunctionalInterface
    interface Work {
        void run() throws InterruptedException;
    }

    /** Runs work; when the process is told to stop meanwhile, says so and runs {@code close}. */
    static void around(Runnable close, Consumer<String> out, Work work)
            throws InterruptedException {
        Thread stopper =
                new Thread(
                        () -> {
                            out.accept("\nstopping ...");
                            close.run();
                        },
                        "shutdown");
        Runtime.getRuntime().addShutdownHook(stopper);
        try {
            work.run();
        } finally {
            remove(stopper);
        }
    }

    private static void remove(Thread stopper) {
        try {
            Runtime.getRuntime().removeShutdownHook(stopper);
        } catch (IllegalStateException stopping) {
            // The hook is what stops us.
            return;
        }
    }
}
