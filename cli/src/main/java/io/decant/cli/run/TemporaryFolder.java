package io.decant.cli.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that is deleted with all that is in it when it is closed. <i>Immutable.</i> */
public record TemporaryFolder(Path root) implements AutoCloseable {
    /**
     * Makes an empty one.
     *
     * @param prefix of its name
     */
    public static TemporaryFolder make(String prefix) throws IOException {
        return new TemporaryFolder(Files.createTempDirectory(prefix));
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException left) {
            throw new UncheckedIOException(
                    "the temporary folder " + root + " could not be deleted", left);
        }
    }
}
