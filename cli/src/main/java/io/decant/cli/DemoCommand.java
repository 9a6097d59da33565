package io.decant.cli;

import io.decant.cli.demo.Demo;
import io.decant.cli.demo.DemoOptions;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the whole pipeline once on a data set. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Starts a broker, a registry and all services, streams real data through them, and reports. Needs no flags and no network.",
        footer = {"", "Example: decant demo --labels 0.01 --seed 2 --report run.json"})
final class DemoCommand implements Callable<Integer> {
    @Mixin private DemoFlags flags;

    @Override
    public Integer call() throws InterruptedException {
        return run(flags.options(), false);
    }

    /**
     * Runs a demo; Ctrl-C stops everything in order.
     *
     * @param keepRunning whether the stack goes on after the stream has ended
     */
    static int run(DemoOptions options, boolean keepRunning) throws InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Demo demo = new Demo(options, DemoFlags.home(), out, InstantSource.system());
        Thread stopper =
                new Thread(
                        () -> {
                            out.println("\nstopping ...");
                            demo.close();
                        },
                        "shutdown");
        Runtime.getRuntime().addShutdownHook(stopper);
        try (demo) {
            demo.run();
            if (keepRunning) {
                if (!demo.orderExample().isEmpty()) {
                    out.println("the stack keeps running; Ctrl-C stops it");
                    out.println("orders are signed:   try: " + demo.orderExample());
                }
                demo.awaitFailure();
            }
            return 0;
        } finally {
            removeHook(stopper);
        }
    }

    private static void removeHook(Thread stopper) {
        try {
            Runtime.getRuntime().removeShutdownHook(stopper);
        } catch (IllegalStateException stopping) {
            // The hook is what stops us.
            return;
        }
    }
}
