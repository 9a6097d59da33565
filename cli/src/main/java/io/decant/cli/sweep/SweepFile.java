package io.decant.cli.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.cli.CommandFailure;
import io.decant.cli.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The results of a sweep, one JSON object a line, each written as soon as its trial ends: what an
 * interrupted sweep has done is not done again. The first line says what was swept over; a file of
 * another journal is refused. <i>Thread-safe.</i>
 */
final class SweepFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final List<TrialResult> known = new ArrayList<>();

    /**
     * Over what was swept.
     *
     * @param model the live one
     * @param weights SHA-256 of its newest version, hex
     * @param from first journal offsets
     * @param to offsets behind the last
     * @param fixed settings that every trial has
     * @param dataset digest of the test files; empty for none
     */
    record Over(
            String model,
            String weights,
            List<Long> from,
            List<Long> to,
            List<String> fixed,
            String dataset) {}

    private SweepFile(Path file) {
        this.file = file;
    }

    /**
     * Opens a file, or begins one.
     *
     * @throws CommandFailure when it cannot be read or written, or belongs to another journal
     */
    static SweepFile open(Path file, Over over) {
        SweepFile opened = new SweepFile(file);
        try {
            if (Files.exists(file)) {
                opened.read(over);
            } else {
                Files.writeString(file, JSON.writeValueAsString(over) + "\n");
            }
            return opened;
        } catch (IOException refused) {
            throw new CommandFailure(
                    "the sweep's file "
                            + file
                            + " cannot be used ("
                            + refused.getMessage()
                            + "); choose another with --out",
                    refused);
        }
    }

    private void read(Over over) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !JSON.readValue(lines.get(0), Over.class).equals(over)) {
            throw new CommandFailure(
                    "the file "
                            + file
                            + " holds a sweep over another journal, other bounds or other fixed settings; choose another with --out");
        }
        for (String line : lines.subList(1, lines.size())) {
            try {
                known.add(JSON.readValue(line, TrialResult.class));
            } catch (JsonProcessingException torn) {
                // The line that was being written when an earlier sweep was stopped.
                continue;
            }
        }
        // What follows must not stand on a torn line.
        StringBuilder whole = new StringBuilder(lines.get(0)).append('\n');
        for (TrialResult result : known) {
            whole.append(JSON.writeValueAsString(result)).append('\n');
        }
        WholeFile.write(file, whole.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The result of a trial with these settings, if it was made before. */
    synchronized Optional<TrialResult> known(Map<String, String> settings) {
        return known.stream().filter(result -> result.settings().equals(settings)).findFirst();
    }

    /** Keeps a result. */
    synchronized void add(TrialResult result) {
        known.add(result);
        try {
            Files.writeString(
                    file, JSON.writeValueAsString(result) + "\n", StandardOpenOption.APPEND);
        } catch (IOException refused) {
            throw new CommandFailure(
                    "the sweep's file " + file + " cannot be written (" + refused + ")", refused);
        }
    }
}
