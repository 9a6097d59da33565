package io.decant.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks into dead letters, and sends their records again. */
@Command(
        name = "dead-letters",
        mixinStandardHelpOptions = true,
        description = "Shows the records that services refused, and sends mended ones again.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DeadLettersListCommand.class,
            DeadLettersShowCommand.class,
            DeadLettersRedriveCommand.class
        },
        footer = {
            "",
            "Example: decant dead-letters list --with-reason WRONG_PARTITION --bootstrap localhost:9092"
        })
final class DeadLettersCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "What about dead letters? Expected: list, show or redrive.");
    }
}
