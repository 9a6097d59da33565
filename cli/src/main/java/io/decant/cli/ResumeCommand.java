package io.decant.cli;

import io.decant.records.Order;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code decant resume}. */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = "Lets every process of a service go on where it was paused.",
        footer = {
            "",
            "Example: decant resume trainer --reason \"peak is over\" --bootstrap localhost:9092"
        })
final class ResumeCommand implements Callable<Integer> {
    @Mixin private PauseOptions options;

    @Override
    public Integer call() throws InterruptedException {
        return options.order(Order.RESUME);
    }
}
