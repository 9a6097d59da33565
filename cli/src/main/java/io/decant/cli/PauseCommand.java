package io.decant.cli;

import io.decant.records.Order;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code decant pause}. */
@Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description =
                "Stops every process of a service from taking work; it keeps its place, its state and its answers, also over restarts, until it is resumed.",
        footer = {
            "",
            "Example: decant pause trainer --reason \"peak hours\" --bootstrap localhost:9092"
        })
final class PauseCommand implements Callable<Integer> {
    @Mixin private PauseOptions options;

    @Override
    public Integer call() throws InterruptedException {
        return options.order(Order.PAUSE);
    }
}
