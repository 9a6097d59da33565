package io.decant.cli;

import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code decant models rollback}. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description =
                "Orders all gateways back to an older version, or with --follow to what is live.",
        footer = {
            "",
            "Example: decant models rollback --reason \"answers too many sevens\" --key keys/operator.pem --bootstrap localhost:9092"
        })
final class ModelsRollbackCommand implements Callable<Integer> {
    @Mixin private OrderOptions order;

    @Parameters(
            paramLabel = "VERSION",
            arity = "0..1",
            description =
                    "Number of the version; default: the one served before the override, or the last live one before this.")
    private Long version;

    @Option(
            names = "--follow",
            description = "Lift the override: gateways follow the live version again.")
    private boolean follow;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (follow && version != null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Either a version or --follow, not both.");
        }
        return order.give(
                planner ->
                        follow
                                ? planner.follow()
                                : planner.rollback(
                                        version == null
                                                ? OptionalLong.empty()
                                                : OptionalLong.of(version)));
    }
}
