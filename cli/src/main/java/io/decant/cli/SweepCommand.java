package io.decant.cli;

import io.decant.cli.sweep.Sweep;
import io.decant.cli.sweep.SweepWork;
import io.decant.dataset.IdxDataset;
import io.decant.trainer.journal.MissingRangeException;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.rerun.RunBound;
import io.decant.trainer.rerun.RunRequest;
import io.decant.trainer.rerun.TimeLookup;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks for better settings. */
@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Learns a recorded journal again under many settings, and compares their prequential accuracy.",
            "All combinations of the values, or with --random some drawn from them. Stopped, the same command goes on."
        },
        footer = {
            "",
            "Examples:",
            "  decant sweep --data-dir my-run --vary temperature=1,2,3,4 --vary alpha=0.5,0.7,0.9",
            "  decant sweep --journal student.avro --random 20 --vary learning-rate=log:0.0003..0.03 --vary temperature=1.0..8.0",
            "  decant sweep --data-dir my-run --vary drift.detector=adwin,ddm,page-hinkley --set shadow=true"
        })
final class SweepCommand implements Callable<Integer> {
    @Option(
            names = "--vary",
            required = true,
            paramLabel = "KEY=VALUES",
            description =
                    "A trainer's setting and what it can be: A,B,C or LOW..HIGH or log:LOW..HIGH (whole numbers when both ends are); may be repeated.")
    private List<String> vary;

    @Option(
            names = "--random",
            paramLabel = "N",
            description = "Draw so many combinations; default: all of them, the grid.")
    private Integer random;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Seed of what is drawn; default: 1.",
            defaultValue = "1")
    private long seed;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description = "Trials at a time; default: one for each processor.")
    private Integer parallel;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting that every trial has in place of the live model's.")
    private List<String> settings = List.of();

    @Option(
            names = "--from",
            paramLabel = "BOUND",
            description = "Begin there: PARTITION:OFFSET,... or a time; default: the beginning.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "BOUND",
            description = "End before that; default: where the live model's lineage ends.")
    private String to;

    @Option(
            names = "--dataset",
            paramLabel = "DIR",
            description =
                    "Show the accuracy on the test files of this folder (IDX) too; nothing is chosen by it.")
    private Path dataset;

    @Option(
            names = "--out",
            paramLabel = "FILE.jsonl",
            description =
                    "Where results are kept, one a line; default: sweep.jsonl in the folder of the run (--data-dir), else decant-sweep.jsonl here.")
    private Path results;

    @Mixin private PageOption page;

    @Mixin private HistoryOptions source;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        if (parallel != null && parallel < 1) {
            throw wrong("--parallel must be at least 1, was " + parallel, null);
        }
        RunRequest request = request();
        // Read before the work, so that a wrong folder is noticed first.
        Optional<IdxDataset> data = Optional.ofNullable(dataset).map(IdxDataset::open);
        try (HistoryOptions.Opened opened = source.open()) {
            ModelHistory history = opened.history();
            PrintWriter out = spec.commandLine().getOut();
            Sweep sweep =
                    new Sweep(
                            history,
                            request,
                            time -> TimeLookup.of(history, time),
                            data.map(IdxDataset::test));
            return new SweepWork(sweep, history, out)
                    .run(
                            vary,
                            Optional.ofNullable(random),
                            seed,
                            parallel == null
                                    ? Runtime.getRuntime().availableProcessors()
                                    : parallel,
                            results(),
                            page.file(source.folder(), "sweep"),
                            CommandText.of(spec));
        } catch (IllegalArgumentException mistyped) {
            throw wrong(mistyped.getMessage(), mistyped);
        } catch (MissingRangeException | KafkaException impossible) {
            throw new CommandFailure(impossible.getMessage(), impossible);
        }
    }

    private Path results() {
        return results != null
                ? results
                : source.folder()
                        .map(folder -> folder.resolve("sweep.jsonl"))
                        .orElse(Path.of("decant-sweep.jsonl"));
    }

    private RunRequest request() {
        try {
            return new RunRequest(
                    Sweep.name(),
                    Optional.ofNullable(from).map(text -> RunBound.parse("--from", text)),
                    Optional.ofNullable(to).map(text -> RunBound.parse("--to", text)),
                    settings,
                    Optional.empty(),
                    Set.of());
        } catch (IllegalArgumentException mistyped) {
            throw wrong(mistyped.getMessage(), mistyped);
        }
    }

    private CommandLine.ParameterException wrong(String sentence, Throwable cause) {
        return new CommandLine.ParameterException(spec.commandLine(), sentence, cause);
    }
}
