package io.decant.cli.run;

import io.decant.cli.CommandFailure;
import io.decant.pipeline.sign.KeyPairs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The keys of a run, made with its folder: the trainer signs with the private one, and so do
 * orders; the gateway trusts the public one. <i>Immutable.</i>
 */
public record RunKeys(Path privateFile, Path publicFile) {
    private static final String NAME = "run";

    /** The keys in a folder; made when they are not there. */
    public static RunKeys in(Path folder) {
        Path privateFile = folder.resolve(NAME + ".pem");
        Path publicFile = folder.resolve(NAME + ".public.pem");
        if (Files.exists(privateFile) && Files.exists(publicFile)) {
            return new RunKeys(privateFile, publicFile);
        }
        try {
            KeyPairs.Made made = KeyPairs.generate(folder, NAME);
            return new RunKeys(made.privateFile(), made.publicFile());
        } catch (IOException refused) {
            throw new CommandFailure(
                    "the keys of the run cannot be written to " + folder + " (" + refused + ")",
                    refused);
        }
    }
}
