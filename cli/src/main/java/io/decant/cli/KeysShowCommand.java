package io.decant.cli;

import io.decant.pipeline.sign.TrustedKeys;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code decant keys show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Prints the id of the key in a file, as manifests and orders name it.",
        footer = {"", "Example: decant keys show keys/trainer.public.pem"})
final class KeysShowCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "File with a public key; one with a private key holds both.")
    private List<Path> files;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        for (Path file : files) {
            String id = TrustedKeys.read(List.of(file)).ids().iterator().next();
            out.printf("%s  %s%n", id, file);
        }
        out.flush();
        return 0;
    }
}
