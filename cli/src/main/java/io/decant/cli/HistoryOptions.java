package io.decant.cli;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.trainer.export.FileHistory;
import io.decant.trainer.replay.ClusterHistory;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.replay.Replay;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Which model's history a command reads, and from where: a cluster, a demo's folder or an exported
 * journal. <i>Owned by the main thread.</i>
 */
final class HistoryOptions {
    /** Above the transaction timeout: an open transaction of a killed trainer is waited for. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    @Mixin private PlaceOptions place;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description = "A file that 'decant journal export' wrote; needs no cluster.")
    private Path journal;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The model; default: student, or the one of the file.")
    private String model;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * A history that is open, with what it runs on.
     *
     * @param cluster where the journal's schemas can be asked for; empty for a file
     */
    record Opened(
            ModelHistory history,
            Optional<ClusterSettings> cluster,
            Optional<PlaceOptions.Place> place)
            implements AutoCloseable {
        @Override
        public void close() {
            history.close();
            place.ifPresent(PlaceOptions.Place::close);
        }
    }

    /** The folder of a run, when the history is read from one. */
    Optional<Path> folder() {
        return place.folder();
    }

    /**
     * Opens the history.
     *
     * @throws CommandFailure when there is no such model there
     */
    Opened open() {
        if (journal != null && place.folder().isPresent()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Either --journal or --data-dir, not both.");
        }
        Opened opened =
                journal == null
                        ? of(place.open())
                        : new Opened(new FileHistory(journal), Optional.empty(), Optional.empty());
        ModelHistory history = opened.history();
        boolean other = model != null && !model.equals(history.model());
        if (other || Replay.newest(history) == 0) {
            opened.close();
            throw new CommandFailure(
                    other
                            ? "the file "
                                    + journal
                                    + " is about model '"
                                    + history.model()
                                    + "', not '"
                                    + model
                                    + "'; leave --model out"
                            : "there is no version of a model '"
                                    + history.model()
                                    + "'; check --model and the topic prefix");
        }
        return opened;
    }

    private Opened of(PlaceOptions.Place where) {
        boolean opened = false;
        try {
            Opened history =
                    new Opened(
                            new ClusterHistory(
                                    where.cluster(),
                                    model == null ? "student" : model,
                                    InstantSource.system(),
                                    PATIENCE),
                            Optional.of(where.cluster()),
                            Optional.of(where));
            opened = true;
            return history;
        } catch (KafkaException unanswered) {
            throw new CommandFailure(
                    "the history of the model cannot be read from "
                            + where.cluster().bootstrapServers()
                            + ": "
                            + unanswered.getMessage(),
                    unanswered);
        } finally {
            if (!opened) {
                where.close();
            }
        }
    }
}
