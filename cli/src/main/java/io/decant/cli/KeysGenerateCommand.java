package io.decant.cli;

import io.decant.pipeline.sign.KeyPairs;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code decant keys generate}. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description = "Makes an Ed25519 key pair: NAME.pem to sign, NAME.public.pem to verify.",
        footer = {"", "Example: decant keys generate --out keys --name trainer"})
final class KeysGenerateCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for both files; is made when it is not there.")
    private Path folder;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            required = true,
            description = "What both files are called: letters, digits, dots, hyphens.")
    private String name;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--name must be at most 100 letters, digits, dots, underscores or hyphens, was '"
                            + name
                            + "'");
        }
        KeyPairs.Made made = make();
        PrintWriter out = spec.commandLine().getOut();
        out.printf("key %s%n", made.id());
        out.printf(
                "  %s  private: the trainer's setting signing.key, an operator's --key; never leaves its machine%n",
                made.privateFile());
        out.printf(
                "  %s  public: every gateway's setting signatures.keys; add a new key there before you sign with it%n",
                made.publicFile());
        out.flush();
        return 0;
    }

    private KeyPairs.Made make() {
        try {
            return KeyPairs.generate(folder, name);
        } catch (FileAlreadyExistsException exists) {
            throw new CommandFailure(
                    exists.getFile()
                            + " is there, and a key is never overwritten; choose another --name or --out",
                    exists);
        } catch (IOException refused) {
            throw new CommandFailure(
                    "the key cannot be written to " + folder + " (" + refused + ")", refused);
        }
    }
}
