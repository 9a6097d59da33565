package io.decant.it.crash;

import io.decant.pipeline.failpoint.FailPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The test's side of the fail-points' folder. <i>Immutable.</i> */
record Snares(Path folder) {
    private static final String REACHED = ".reached-";

    /** From now on the next process that comes by is held. */
    void lay(FailPoint point) {
        try {
            Files.createFile(folder.resolve(point.label()));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** The process that is held there, once one is; it is then forgotten. */
    Optional<Long> reached(FailPoint point) {
        try (Stream<Path> files = Files.list(folder)) {
            Optional<Path> held =
                    files.filter(
                                    file ->
                                            file.getFileName()
                                                    .toString()
                                                    .startsWith(point.label() + REACHED))
                            .findFirst();
            if (held.isEmpty()) {
                return Optional.empty();
            }
            Files.delete(held.get());
            String name = held.get().getFileName().toString();
            return Optional.of(
                    Long.parseLong(name.substring(name.indexOf(REACHED) + REACHED.length())));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
