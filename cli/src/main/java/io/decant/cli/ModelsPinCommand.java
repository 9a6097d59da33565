package io.decant.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code decant models pin}. */
@Command(
        name = "pin",
        mixinStandardHelpOptions = true,
        description = "Keeps a version from being removed, until its pin is removed.",
        footer = {
            "",
            "Example: decant models pin 12 --reason \"shipped with device 4\" --key keys/operator.pem --bootstrap localhost:9092"
        })
final class ModelsPinCommand implements Callable<Integer> {
    @Mixin private OrderOptions order;

    @Parameters(paramLabel = "VERSION", description = "Number of the version.")
    private long version;

    @Option(names = "--remove", description = "Remove the pin.")
    private boolean remove;

    @Override
    public Integer call() throws InterruptedException {
        return order.give(planner -> remove ? planner.unpin(version) : planner.pin(version));
    }
}
