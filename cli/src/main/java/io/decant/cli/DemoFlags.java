package io.decant.cli;

import io.decant.cli.demo.DemoOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flags that {@code demo} and {@code up} share. <i>Owned by the main thread.</i> */
final class DemoFlags {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--dataset",
            paramLabel = "DIR",
            description =
                    "Folder with IDX files named as MNIST's, plain or gzip; default: the MNIST that comes along.")
    private Path dataset;

    @Option(
            names = "--teacher",
            paramLabel = "FILE",
            description =
                    "TorchScript file; default: train one on the first half of the training files.")
    private Path teacher;

    @Option(
            names = "--student",
            paramLabel = "FILE",
            description =
                    "TorchScript file, standardised fp32 [B, ...] in, logits [B, C] out; default: a perceptron with 128 hidden units.")
    private Path student;

    @Option(names = "--samples", paramLabel = "N", description = "Stream only the first N samples.")
    private Integer samples;

    @Option(
            names = "--labels",
            paramLabel = "all|none|SHARE",
            defaultValue = "all",
            description = "Which samples get a label; default: ${DEFAULT-VALUE}.")
    private String labels;

    @Option(
            names = "--label-delay",
            paramLabel = "N",
            defaultValue = "0",
            description = "Produce a label N samples after its sample; default: ${DEFAULT-VALUE}.")
    private int labelDelay;

    @Option(
            names = "--label-noise",
            paramLabel = "P",
            defaultValue = "0",
            description =
                    "Probability that a label names another class; default: ${DEFAULT-VALUE}.")
    private double labelNoise;

    @Option(
            names = "--order",
            paramLabel = "shuffle|as-is",
            defaultValue = "shuffle",
            description = "Order of the stream; default: ${DEFAULT-VALUE}.")
    private String order;

    @Option(
            names = "--rate",
            paramLabel = "N|max",
            defaultValue = "2000",
            description = "Samples a second at the source; default: ${DEFAULT-VALUE}.")
    private String rate;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description =
                    "Fixes data order, initial weights and teacher; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--report",
            paramLabel = "FILE.json",
            description = "Write what was measured as JSON.")
    private Path report;

    @Mixin private PageOption page;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keep the run here; the same command resumes it.")
    private Path dataDir;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "A service's setting, for example trainer.learning-rate=0.001; may be repeated.")
    private List<String> settings = List.of();

    @Option(
            names = "--secure",
            description =
                    "Ask for TLS and passwords: every service comes in as its own user with the rights that it needs and no more, and the registry is reached over TLS.")
    private boolean secure;

    boolean secure() {
        return secure;
    }

    DemoOptions options() {
        try {
            return new DemoOptions(
                    dataset == null ? home().resolve("datasets/mnist") : dataset,
                    Optional.ofNullable(teacher),
                    Optional.ofNullable(student),
                    samples == null ? OptionalInt.empty() : OptionalInt.of(samples),
                    labelled(labels),
                    labelDelay,
                    labelNoise,
                    switch (order) {
                        case "shuffle" -> true;
                        case "as-is" -> false;
                        default ->
                                throw new IllegalArgumentException(
                                        "--order must be shuffle or as-is, was '" + order + "'");
                    },
                    rate.equals("max")
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(
                                    number("--rate", rate, "a number of samples a second, or max")),
                    seed,
                    Optional.ofNullable(report),
                    page.file(Optional.ofNullable(dataDir), "run"),
                    Optional.ofNullable(dataDir),
                    settings);
        } catch (IllegalArgumentException wrong) {
            throw new CommandLine.ParameterException(spec.commandLine(), wrong.getMessage());
        }
    }

    /** The share of samples that the flag {@code --labels} asks to label. */
    static double labelled(String labels) {
        return switch (labels) {
            case "all" -> 1.0;
            case "none" -> 0.0;
            default -> number("--labels", labels, "all, none or a share between 0 and 1");
        };
    }

    private static double number(String flag, String text, String expected) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException(
                    flag + " must be " + expected + ", was '" + text + "'", wrong);
        }
    }

    /** The project's folder, as the launcher says; else where the command was started. */
    static Path home() {
        String home = System.getenv("DECANT_HOME");
        return Path.of(home == null ? "." : home);
    }
}
