package io.decant.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.trainer.replay.ModelHistory;
import java.io.PrintWriter;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flags that commands about one model share. <i>Owned by the main thread.</i> */
final class ModelOptions {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Mixin private HistoryOptions source;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** What a command does with a model that exists. */
    interface Work {
        /**
         * Does it.
         *
         * @param cluster empty for an exported journal
         * @return the exit code
         */
        int with(Optional<ClusterSettings> cluster, ModelHistory history);
    }

    /**
     * Opens the model and does the work.
     *
     * @throws CommandFailure when there is no such model
     */
    int on(Work work) {
        try (HistoryOptions.Opened opened = source.open()) {
            return work.with(opened.cluster(), opened.history());
        } catch (KafkaException unanswered) {
            throw new CommandFailure(
                    "the cluster does not answer: " + unanswered.getMessage(), unanswered);
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
