package io.decant.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks into published models, and gives orders about them. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        description =
                "Tells what versions of a model there are and what they have learned; verifies and exports them; orders gateways to serve one.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelsListCommand.class,
            ModelsShowCommand.class,
            ModelsCardCommand.class,
            ModelsVerifyCommand.class,
            ModelsExportCommand.class,
            ModelsPromoteCommand.class,
            ModelsRollbackCommand.class,
            ModelsPinCommand.class,
            ModelsBlameCommand.class
        },
        footer = {"", "Example: decant models list --bootstrap localhost:9092"})
final class ModelsCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "What about models? Expected: list, show, card, verify, export, promote, rollback, pin or blame.");
    }
}
