package io.decant.cli;

import io.decant.cli.scenario.Asked;
import io.decant.cli.scenario.ScenarioOptions;
import io.decant.cli.scenario.ScenarioRun;
import io.decant.cli.scenario.Scenarios;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs an experiment through the whole pipeline. */
@Command(
        name = "scenario",
        mixinStandardHelpOptions = true,
        description =
                "Streams a data set through the whole pipeline under conditions that are not a lab's, and says what they cost: see 'decant scenario list'.",
        subcommands = ScenarioCommand.ListCommand.class,
        footer = {
            "",
            "Example: decant scenario zero-labels --seeds 1,2,3",
            "What there is: decant scenario list"
        })
final class ScenarioCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description = "One of: ${COMPLETION-CANDIDATES}.")
    private String name;

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
            names = "--seeds",
            paramLabel = "S,S…",
            split = ",",
            defaultValue = "1,2,3,4,5",
            description =
                    "Each fixes order, labels and initial weights of a run of its own; default: ${DEFAULT-VALUE}.")
    private List<Long> seeds;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Stream at most N samples; default: all that did not teach the teacher.")
    private Integer samples;

    @Option(
            names = "--labels",
            paramLabel = "all|none|SHARE",
            description = "Which samples get a label; default: what the scenario is about.")
    private String labels;

    @Option(
            names = "--switch-at",
            paramLabel = "N,N…",
            split = ",",
            description =
                    "Positions in the stream where something changes; default: equal parts of it.")
    private List<Integer> switchAt = List.of();

    @Option(
            names = "--classes",
            paramLabel = "C,C…",
            split = ",",
            description =
                    "Classes that it is about: left out, rare, or in pairs that change places.")
    private List<Integer> classes = List.of();

    @Option(
            names = "--shares",
            paramLabel = "P,P…",
            split = ",",
            description =
                    "What it varies: shares of wrong labels, of labels, of poisoned answers or of questions; default: its own.")
    private List<Double> shares = List.of();

    @Option(
            names = "--ahead",
            paramLabel = "N",
            defaultValue = "2000",
            description =
                    "Samples that may be produced, but not learned yet; default: ${DEFAULT-VALUE}.")
    private int ahead;

    @Option(
            names = "--report",
            paramLabel = "FILE.json",
            description = "Write every figure of every seed as JSON.")
    private Path report;

    @Option(
            names = "--page",
            paramLabel = "FILE.html|none",
            defaultValue = PageOption.NONE,
            description = "Write curves and figures as one HTML file; default: ${DEFAULT-VALUE}.")
    private String page;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "A service's setting in every stream, for example trainer.learning-rate=0.001; may be repeated.")
    private List<String> settings = List.of();

    @Spec private CommandSpec spec;

    /** Names of scenarios, for a shell and for the help. */
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Names() {
            super(Scenarios.about().keySet());
        }
    }

    /** Says which scenarios there are. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the scenarios.",
            footer = {"", "Example: decant scenario list"})
    static final class ListCommand implements Callable<Integer> {
        @Spec private CommandSpec spec;

        @Override
        public Integer call() {
            TextTable table = new TextTable("scenario", "about");
            Scenarios.about().forEach(table::row);
            PrintWriter out = spec.commandLine().getOut();
            out.print(table);
            out.flush();
            return 0;
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        ScenarioOptions options = options();
        try (ScenarioRun run =
                new ScenarioRun(options, DemoFlags.home(), out, InstantSource.system())) {
            StopHook.around(run::close, out::println, run::run);
            return 0;
        }
    }

    private ScenarioOptions options() {
        if (name == null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Which scenario? See 'decant scenario list'.");
        }
        try {
            return new ScenarioOptions(
                    name,
                    dataset == null ? DemoFlags.home().resolve("datasets/mnist") : dataset,
                    Optional.ofNullable(teacher),
                    seeds,
                    new Asked(
                            samples == null ? OptionalInt.empty() : OptionalInt.of(samples),
                            labels == null
                                    ? OptionalDouble.empty()
                                    : OptionalDouble.of(DemoFlags.labelled(labels)),
                            switchAt,
                            classes,
                            shares,
                            ahead),
                    Optional.ofNullable(report),
                    page.equals(PageOption.NONE) ? Optional.empty() : Optional.of(Path.of(page)),
                    settings);
        } catch (IllegalArgumentException wrong) {
            throw new CommandLine.ParameterException(spec.commandLine(), wrong.getMessage());
        }
    }
}
