package io.decant.cli.feed;

import io.decant.cli.CommandFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Opens what is fed. <i>Thread-safe: no state.</i> */
public final class Inputs {
    private static final String STANDARD_INPUT = "-";

    private Inputs() {}

    /**
     * Opens a file, unpacked if its name ends with {@code .gz}, or standard input.
     *
     * @param name a path, or {@code -}
     * @param standardInput what {@code -} stands for
     */
    public static InputStream open(String name, InputStream standardInput) {
        if (name.equals(STANDARD_INPUT)) {
            return standardInput;
        }
        try {
            InputStream file = new BufferedInputStream(Files.newInputStream(Path.of(name)));
            return name.endsWith(".gz") ? new GZIPInputStream(file) : file;
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    name + " cannot be read (" + unreadable.getClass().getSimpleName() + ")",
                    unreadable);
        }
    }

    /** How a sentence names an input. */
    public static String shown(String name) {
        return name.equals(STANDARD_INPUT) ? "standard input" : name;
    }
}
