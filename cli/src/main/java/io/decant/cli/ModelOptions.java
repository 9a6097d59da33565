package io.decant.cli;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.trainer.replay.ModelHistory;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Mixin;

/** The flags that commands about one model share. <i>Owned by the main thread.</i> */
final class ModelOptions {
    @Mixin private HistoryOptions source;

    @Mixin private Printing printing;

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
        printing.print(text, value);
    }
}
