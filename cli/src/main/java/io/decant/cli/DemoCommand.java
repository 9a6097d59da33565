package io.decant.cli;

import io.decant.cli.demo.Demo;
import io.decant.cli.demo.DemoOptions;
import io.decant.cli.demo.StackPorts;
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
        PrintStream out = console();
        try (Demo demo = demo(flags.options(), StackPorts.FREE.withSecurity(flags.secure()), out)) {
            StopHook.around(demo::close, out::println, demo::run);
            return 0;
        }
    }

    /** Runs a demo whose stack goes on after the stream has ended. */
    static int stay(DemoOptions options, StackPorts ports) throws InterruptedException {
        PrintStream out = console();
        try (Demo demo = demo(options, ports, out)) {
            StopHook.around(
                    demo::close,
                    out::println,
                    () -> {
                        demo.runAndStay();
                        out.println("the stack keeps running; Ctrl-C stops it");
                        out.println("orders are signed:   try: " + demo.orderExample());
                        demo.awaitFailure();
                    });
            return 0;
        }
    }

    private static Demo demo(DemoOptions options, StackPorts ports, PrintStream out) {
        return new Demo(options, ports, DemoFlags.home(), out, InstantSource.system());
    }

    private static PrintStream console() {
        return new PrintStream(System.out, true, StandardCharsets.UTF_8);
    }
}
