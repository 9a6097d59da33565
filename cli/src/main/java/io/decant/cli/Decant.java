package io.decant.cli;

import io.decant.dataset.InvalidDatasetException;
import io.decant.dev.DevStackException;
import io.decant.model.spec.InvalidModelException;
import io.decant.pipeline.access.Refusals;
import io.decant.pipeline.access.Role;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.retry.GaveUpException;
import io.decant.pipeline.sign.KeyFileException;
import io.decant.trainer.export.ExportException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Spec;

/**
 * The command line. Exit codes: 0 done, 1 failed, 2 wrong usage. <i>Owned by the main thread.</i>
 */
@Command(
        name = "decant",
        mixinStandardHelpOptions = true,
        version = "decant 0.1.0",
        description =
                "Streaming online distillation on Kafka: a teacher scores live samples, a small student learns from them, gateways serve it.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            ScenarioCommand.class,
            TeacherCommand.class,
            JoinerCommand.class,
            TrainerCommand.class,
            GatewayCommand.class,
            FeedCommand.class,
            TrainTeacherCommand.class,
            ReplayCommand.class,
            SweepCommand.class,
            ModelsCommand.class,
            KeysCommand.class,
            JournalCommand.class,
            DeadLettersCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            TopicsCommand.class,
            DoctorCommand.class,
            RegistryCommand.class,
            CompletionCommand.class
        },
        footer = {"", "Example: decant demo --dataset datasets/mnist --seed 1"})
public final class Decant implements Runnable {
    /** Failures whose message is one sentence that says what to mend. */
    private static final List<Class<? extends RuntimeException>> FOR_THE_USER =
            List.of(
                    CommandFailure.class,
                    ConfigurationException.class,
                    DevStackException.class,
                    ExportException.class,
                    GaveUpException.class,
                    InvalidDatasetException.class,
                    InvalidModelException.class,
                    KeyFileException.class);

    @Spec private CommandLine.Model.CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs one command and returns its exit code. */
    static int run(String... arguments) {
        return command().execute(arguments);
    }

    /** Runs one command that prints to these writers, and returns its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return command().setOut(out).setErr(err).execute(arguments);
    }

    private static CommandLine command() {
        return new CommandLine(new Decant())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(failures());
    }

    /**
     * What the user can mend is one sentence; anything else is our bug and comes with its trace.
     */
    private static IExecutionExceptionHandler failures() {
        return (failure, command, parsed) -> {
            PrintWriter err = command.getErr();
            Optional<String> refused =
                    Refusals.of(role(command.getCommandName())).sentence(failure);
            if (refused.isPresent()) {
                err.println("decant: " + refused.get());
            } else if (FOR_THE_USER.stream().anyMatch(type -> type.isInstance(failure))) {
                err.println("decant: " + failure.getMessage());
            } else {
                StringWriter trace = new StringWriter();
                failure.printStackTrace(new PrintWriter(trace));
                err.println("decant: unexpected failure, please report it:\n" + trace);
            }
            err.flush();
            return CommandLine.ExitCode.SOFTWARE;
        };
    }

    /** Whose rights a command needs: services are called as their roles, and most others look. */
    private static Optional<Role> role(String command) {
        return switch (command) {
            case "teacher", "joiner", "trainer", "gateway" -> Role.ofService(command);
            case "feed" -> Optional.of(Role.PRODUCER);
            case "promote", "rollback", "pin", "pause", "resume" -> Optional.of(Role.OPERATOR);
            case "redrive" -> Optional.of(Role.REDRIVER);
            case "create", "acls" -> Optional.empty();
            default -> Optional.of(Role.READER);
        };
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Which command? See the list below.");
    }
}
