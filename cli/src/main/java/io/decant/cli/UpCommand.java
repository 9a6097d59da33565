package io.decant.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The demo's stack, kept running. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description =
                "As demo, but the stack keeps running when the stream has ended, until Ctrl-C.",
        footer = {"", "Example: decant up --data-dir my-run"})
final class UpCommand implements Callable<Integer> {
    @Mixin private DemoFlags flags;

    @Override
    public Integer call() throws InterruptedException {
        return DemoCommand.run(flags.options(), true);
    }
}
