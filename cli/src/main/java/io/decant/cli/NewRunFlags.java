package io.decant.cli;

import io.decant.model.spec.ModelSpec;
import io.decant.trainer.learn.SampleKey;
import io.decant.trainer.rerun.RunBound;
import io.decant.trainer.rerun.RunRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flags of a new run. <i>Owned by the main thread.</i> */
final class NewRunFlags {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--as",
            paramLabel = "NEW",
            description =
                    "Learn the journal once more, as a new model of this name, in the order of the live one and without a teacher.")
    private String as;

    @Option(
            names = "--from",
            paramLabel = "BOUND",
            description =
                    "Begin there: PARTITION:OFFSET,... or a time such as 2026-11-22T08:00:00Z; default: where the live model began.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "BOUND",
            description = "End before that; default: where the live model's lineage ends.")
    private String to;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "A trainer's setting in place of the live model's, for example learning-rate=0.001; may be repeated.")
    private List<String> settings = List.of();

    @Option(
            names = "--spec",
            paramLabel = "FILE",
            description = "Specification (JSON) in place of the live model's.")
    private Path specification;

    @Option(
            names = "--exclude",
            paramLabel = "FILE|IDS",
            description =
                    "Leave samples out: ids with commas between them, or a file with one id a line; may be repeated.")
    private List<String> exclude = List.of();

    @Option(
            names = "--dataset",
            paramLabel = "DIR",
            description = "Compare both models on the test files of this folder (IDX).")
    private Path dataset;

    @Option(
            names = "--publish",
            description = "Publish the new model's versions, under its own name.")
    private boolean publish;

    @Option(
            names = "--report",
            paramLabel = "FILE.json",
            description = "Write the comparison as JSON.")
    private Path report;

    /** Whether a new run is asked for. */
    boolean isAsked() {
        return as != null;
    }

    /** Of the new model. */
    String name() {
        return as;
    }

    boolean publishes() {
        return publish;
    }

    Optional<Path> dataset() {
        return Optional.ofNullable(dataset);
    }

    Optional<Path> report() {
        return Optional.ofNullable(report);
    }

    /**
     * What is asked for.
     *
     * @throws CommandLine.ParameterException when a flag cannot be read
     */
    RunRequest request() {
        try {
            return new RunRequest(
                    as,
                    Optional.ofNullable(from).map(text -> RunBound.parse("--from", text)),
                    Optional.ofNullable(to).map(text -> RunBound.parse("--to", text)),
                    settings,
                    Optional.ofNullable(specification).map(NewRunFlags::specification),
                    excluded());
        } catch (IllegalArgumentException wrong) {
            throw new CommandLine.ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
    }

    private static ModelSpec specification(Path file) {
        return ModelSpec.fromJson(String.join("\n", lines("--spec", file)));
    }

    private Set<SampleKey> excluded() {
        Set<SampleKey> keys = new HashSet<>();
        for (String given : exclude) {
            Path file = Path.of(given);
            List<String> ids =
                    Files.isRegularFile(file)
                            ? lines("--exclude", file)
                            : Arrays.asList(given.split(","));
            ids.stream()
                    .map(String::strip)
                    .filter(id -> !id.isEmpty())
                    .map(SampleKey::of)
                    .forEach(keys::add);
        }
        return keys;
    }

    private static List<String> lines(String flag, Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    flag + " " + file + " cannot be read (" + unreadable + ")", unreadable);
        }
    }
}
