package io.decant.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.trainer.replay.ClusterHistory;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flags that commands about one model share. <i>Owned by the main thread.</i> */
final class ModelOptions {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** Above the longest transaction timeout that a trainer has by default. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    @Mixin private ClusterSource source;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "student",
            description = "Name of the model; default: ${DEFAULT-VALUE}.")
    private String model;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** What a command does with a model that exists. */
    interface Work {
        /** Returns the exit code. */
        int with(ClusterSettings cluster, ClusterHistory history);
    }

    /**
     * Opens the model and does the work.
     *
     * @throws CommandFailure when there is no such model
     */
    int on(Work work) {
        try (ClusterSource.Opened opened = source.open();
                ClusterHistory history =
                        new ClusterHistory(
                                opened.settings(), model, InstantSource.system(), PATIENCE)) {
            if (history.lineage().isEmpty() && history.manifests().isEmpty()) {
                throw new CommandFailure(
                        "there is no model '"
                                + model
                                + "' with a version here; check --model and the cluster");
            }
            return work.with(opened.settings(), history);
        }
    }

    /** Prints a text, or in its place a value as JSON. */
    void print(String text, Object value) {
        PrintWriter out = spec.commandLine().getOut();
        try {
            out.print(json ? JSON.writeValueAsString(value) + System.lineSeparator() : text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("maps and lists always have a JSON form", impossible);
        }
        out.flush();
    }
}
