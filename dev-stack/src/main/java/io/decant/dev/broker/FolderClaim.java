package io.decant.dev.broker;

import io.decant.dev.DevStackException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps two brokers off one folder: a small file names the process that uses it. Kafka has a lock
 * of its own but ends the whole JVM when it is taken, so this one is asked first. A file lock would
 * not do: on POSIX systems, a second look from the same JVM would release it.
 *
 * <p>The claim of a process that was killed is taken over: it counts only while a process with that
 * id and that start time lives.
 *
 * <p><em>Immutable.</em>
 */
record FolderClaim(Path file) {
    /** Start times are derived from the boot time, which clock corrections may move a little. */
    private static final Duration START_TIME_TOLERANCE = Duration.ofSeconds(2);

    private record Owner(long pid, Instant started) {
        static Owner ofThisProcess() {
            ProcessHandle self = ProcessHandle.current();
            return new Owner(self.pid(), self.info().startInstant().orElse(Instant.EPOCH));
        }

        static Optional<Owner> parse(String text) {
            String[] parts = text.strip().split(" ");
            try {
                return Optional.of(new Owner(Long.parseLong(parts[0]), Instant.parse(parts[1])));
            } catch (RuntimeException cutShort) { // its writer was killed half way
                return Optional.empty();
            }
        }

        boolean isAlive() {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .map(process -> process.info().startInstant().orElse(Instant.EPOCH))
                    .filter(start -> near(start, started))
                    .isPresent();
        }

        private static boolean near(Instant one, Instant other) {
            return Duration.between(one, other).abs().compareTo(START_TIME_TOLERANCE) <= 0;
        }

        String text() {
            return pid + " " + started + "\n";
        }
    }

    /**
     * Claims a folder for this process.
     *
     * @throws DevStackException when a living process has it
     */
    static FolderClaim take(Path folder) throws IOException {
        Path file = folder.resolve("broker.pid");
        try {
            write(file);
        } catch (FileAlreadyExistsException claimed) {
            Optional<Owner> owner = Owner.parse(Files.readString(file)).filter(Owner::isAlive);
            if (owner.isPresent()) {
                throw new DevStackException(
                        "the data folder %s belongs to a broker that is running in process %d; stop that one or name another folder"
                                .formatted(folder, owner.get().pid()),
                        claimed);
            }
            Files.delete(file);
            write(file);
        }
        return new FolderClaim(file);
    }

    private static void write(Path file) throws IOException {
        Files.writeString(file, Owner.ofThisProcess().text(), StandardOpenOption.CREATE_NEW);
    }

    void release() throws IOException {
        Files.deleteIfExists(file);
    }
}
