package io.decant.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code decant models promote}. */
@Command(
        name = "promote",
        mixinStandardHelpOptions = true,
        description =
                "Orders all gateways to serve a version, whatever is live, until another order or rollback --follow.",
        footer = {
            "",
            "Example: decant models promote 12 --reason \"best on last week's data\" --key keys/operator.pem --bootstrap localhost:9092"
        })
final class ModelsPromoteCommand implements Callable<Integer> {
    @Mixin private OrderOptions order;

    @Parameters(paramLabel = "VERSION", description = "Number of the version.")
    private long version;

    @Override
    public Integer call() throws InterruptedException {
        return order.give(planner -> planner.promote(version));
    }
}
