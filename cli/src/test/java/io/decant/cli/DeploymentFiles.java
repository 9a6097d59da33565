package io.decant.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/** Reads what an engine or Kubernetes would read. <i>Thread-safe: no state.</i> */
final class DeploymentFiles {
    static final Path HOME = Path.of("..");

    private static final ObjectMapper JSON = new ObjectMapper();

    private DeploymentFiles() {}

    /** All documents of a file, with anchors and merges resolved. */
    static List<JsonNode> documents(Path file) {
        try {
            return StreamSupport.stream(
                            new Yaml().loadAll(Files.readString(file)).spliterator(), false)
                    .<JsonNode>map(JSON::valueToTree)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Files of a folder and below it with this ending. */
    static List<Path> files(Path folder, String ending) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Calls with each field of an object. */
    static void each(JsonNode object, Consumer<Map.Entry<String, JsonNode>> action) {
        object.properties().forEach(action);
    }
}
