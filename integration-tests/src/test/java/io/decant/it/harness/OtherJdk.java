package io.decant.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A JDK of another version than the one that runs the tests. <i>Immutable.</i>
 *
 * @param home its folder
 * @param version as it says itself
 */
public record OtherJdk(Path home, Runtime.Version version) {
    private static final int OLDEST = 17;

    /**
     * The one that {@code -Dother.jdk=DIR} names; else the newest of version 17 or newer among the
     * variables {@code JAVA_HOME_*} and the folders beside this JDK's.
     */
    public static Optional<OtherJdk> find() {
        String named = System.getProperty("other.jdk", "");
        if (!named.isEmpty()) {
            return Optional.of(
                    at(Path.of(named))
                            .orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "other.jdk must be the folder of a JDK, was "
                                                            + named)));
        }
        int own = Runtime.version().feature();
        return candidates().stream()
                .flatMap(home -> at(home).stream())
                .filter(jdk -> jdk.version.feature() >= OLDEST && jdk.version.feature() != own)
                .max(Comparator.comparing(OtherJdk::version));
    }

    private static List<Path> candidates() {
        Stream<Path> variables =
                System.getenv().entrySet().stream()
                        .filter(variable -> variable.getKey().startsWith("JAVA_HOME_"))
                        .map(variable -> Path.of(variable.getValue()));
        try (Stream<Path> beside = Files.list(Path.of(System.getProperty("java.home"), ".."))) {
            return Stream.concat(variables, beside.toList().stream()).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Optional<OtherJdk> at(Path home) {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isReadable(release)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(release)) {
            properties.load(reader);
            String version = properties.getProperty("JAVA_VERSION", "").replace("\"", "");
            return Optional.of(new OtherJdk(home, Runtime.Version.parse(version)));
        } catch (IOException | IllegalArgumentException unusable) {
            return Optional.empty();
        }
    }

    /** Its launcher. */
    public Path java() {
        return home.resolve("bin/java");
    }
}
