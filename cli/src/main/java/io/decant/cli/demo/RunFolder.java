package io.decant.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.cli.CommandFailure;
import io.decant.cli.run.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The folder that holds a run: the broker's data, the services' state, what was asked, and the
 * result. A temporary one is deleted at the end. <i>Owned by the main thread.</i>
 */
final class RunFolder implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path root;
    private final Optional<TemporaryFolder> temporary;

    private RunFolder(Path root, Optional<TemporaryFolder> temporary) {
        this.root = root;
        this.temporary = temporary;
    }

    /**
     * Opens a folder for a run.
     *
     * @param asked what fixes the stream; a folder that holds a run with other answers is refused
     */
    static RunFolder open(DemoOptions options, Map<String, String> asked) {
        try {
            if (options.dataDir().isEmpty()) {
                TemporaryFolder made = TemporaryFolder.make("decant-demo-");
                return new RunFolder(made.root(), Optional.of(made));
            }
            Path root = options.dataDir().get().toAbsolutePath().normalize();
            Files.createDirectories(root);
            RunFolder folder = new RunFolder(root, Optional.empty());
            folder.claim(asked);
            return folder;
        } catch (IOException refused) {
            throw new CommandFailure(
                    "the folder for the run cannot be made ("
                            + refused
                            + "); choose another --data-dir",
                    refused);
        }
    }

    private void claim(Map<String, String> asked) throws IOException {
        Path file = root.resolve("run.json");
        if (!Files.exists(file)) {
            Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(asked));
            return;
        }
        Map<?, ?> before = JSON.readValue(Files.readAllBytes(file), LinkedHashMap.class);
        if (!before.equals(asked)) {
            Map<String, String> different = new LinkedHashMap<>(asked);
            different
                    .entrySet()
                    .removeIf(entry -> entry.getValue().equals(before.get(entry.getKey())));
            throw new CommandFailure(
                    "--data-dir "
                            + root
                            + " holds a run with other options (now different: "
                            + different
                            + "); use the same options to resume it, or another folder");
        }
    }

    Path resolve(String name) {
        return root.resolve(name);
    }

    /** The result, when the run in this folder has finished. */
    Optional<Report> finishedReport() {
        Path file = root.resolve("report.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Report.read(file));
        } catch (IOException broken) {
            throw new CommandFailure(
                    "the report "
                            + file
                            + " cannot be read ("
                            + broken.getMessage()
                            + "); delete it to let the run finish again",
                    broken);
        }
    }

    @Override
    public void close() {
        temporary.ifPresent(TemporaryFolder::close);
    }
}
