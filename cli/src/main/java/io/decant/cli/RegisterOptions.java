package io.decant.cli;

import io.decant.cli.models.ModelRegister;
import io.decant.cli.models.RegisterReader;
import io.decant.cli.models.SignatureCheck;
import io.decant.cli.models.VersionCheck;
import io.decant.follower.reload.ReloadSettings;
import io.decant.model.forward.InstalledStudents;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of commands about what gateways read of one model. <i>Owned by the main thread.</i> */
final class RegisterOptions {
    @Mixin private PlaceOptions place;

    @Mixin private Printing printing;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "student",
            description = "The model; default: ${DEFAULT-VALUE}.")
    private String model;

    /** What a command does with a model that has versions. */
    interface Work {
        /** Does it and returns the exit code. */
        int with(ClusterSettings cluster, RegisterReader reader, ModelRegister register)
                throws InterruptedException;
    }

    /**
     * Reads the model's register and does the work.
     *
     * @throws CommandFailure when there is no such model
     */
    int on(Work work) throws InterruptedException {
        try (PlaceOptions.Place opened = place.open();
                RegisterReader reader =
                        new RegisterReader(
                                opened.cluster(),
                                model,
                                InstantSource.system(),
                                HistoryOptions.PATIENCE)) {
            ModelRegister register = reader.read();
            if (register.versions().isEmpty()) {
                throw new CommandFailure(
                        "there is no version of a model '"
                                + model
                                + "'; check --model and the topic prefix");
            }
            return work.with(opened.cluster(), reader, register);
        } catch (KafkaException unanswered) {
            throw new CommandFailure(
                    "the cluster does not answer: " + unanswered.getMessage(), unanswered);
        }
    }

    /** Reads a model's register with clients of its own. */
    static ModelRegister read(ClusterSettings cluster, String model) {
        try (RegisterReader reader =
                new RegisterReader(
                        cluster, model, InstantSource.system(), HistoryOptions.PATIENCE)) {
            return reader.read();
        }
    }

    /**
     * Verifies as gateways do unless they are told otherwise.
     *
     * @param students files of TorchScript students, whose answers cannot be checked without
     */
    static VersionCheck check(
            RegisterReader reader,
            ModelRegister register,
            SignatureCheck signatures,
            InstalledStudents students) {
        double tolerance = Configuration.of(ReloadSettings.class, List.of()).smokeTolerance();
        return new VersionCheck(register, reader::chunks, signatures, tolerance, students);
    }

    /** Prints a text, or in its place a value as JSON. */
    void print(String text, Object value) {
        printing.print(text, value);
    }
}
