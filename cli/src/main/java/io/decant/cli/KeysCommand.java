package io.decant.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes keys for signatures and tells about them. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = "Makes the keys that models and orders are signed with.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {KeysGenerateCommand.class, KeysShowCommand.class},
        footer = {"", "Example: decant keys generate --out keys --name trainer"})
final class KeysCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "What about keys? Expected: generate or show.");
    }
}
