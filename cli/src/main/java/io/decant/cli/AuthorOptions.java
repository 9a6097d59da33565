package io.decant.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Who does something that everyone can read, and why. <i>Owned by the main thread.</i> */
final class AuthorOptions {
    private static final int LONGEST_TEXT = 1000;

    @Option(
            names = "--author",
            paramLabel = "NAME",
            description = "Who does it; default: the name of the user.")
    private String author = System.getProperty("user.name");

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Why; everyone can read it.")
    private String reason;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * Checks both texts.
     *
     * @throws CommandLine.ParameterException when one is blank or too long
     */
    void check() {
        requireText("--author", author);
        requireText("--reason", reason);
    }

    private void requireText(String option, String text) {
        if (text == null || text.isBlank() || text.length() > LONGEST_TEXT) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    option + " must be a text of at most " + LONGEST_TEXT + " characters");
        }
    }

    String author() {
        return author;
    }

    String reason() {
        return reason;
    }
}
