package io.decant.cli;

import io.decant.cli.page.PageFile;
import io.decant.cli.page.RunPage;
import io.decant.trainer.LocalFiles;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.replay.LossTrace;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.replay.Outcome;
import io.decant.trainer.replay.Plan;
import io.decant.trainer.replay.Planner;
import io.decant.trainer.replay.Replay;
import io.decant.trainer.replay.ReplayWatcher;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes versions of a model again. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Makes published versions again from the journal and compares weights and state, bit for bit.",
            "Exit code 0 only when everything that was asked for was equal.",
            "With --as it learns the journal once more as a new model, and compares that with the live one."
        },
        footer = {
            "",
            "Examples:",
            "  decant replay --verify --all --data-dir my-run",
            "  decant replay --verify 120 --bootstrap localhost:9092 --registry http://localhost:8081",
            "  decant replay --verify --all --journal student.avro",
            "  decant replay --as slower --set learning-rate=0.001 --data-dir my-run",
            "  decant replay --as without --exclude s1-42,s1-77 --publish --data-dir my-run"
        })
final class ReplayCommand implements Callable<Integer> {
    private static final String ALL = "all";

    @Option(
            names = "--verify",
            arity = "0..1",
            fallbackValue = ALL,
            paramLabel = "VERSION",
            description =
                    "Make this version again, and those between it and the kept state before.")
    private String verify;

    @Option(names = "--all", description = "With --verify: all versions, in one pass.")
    private boolean all;

    @Option(
            names = "--dry-run",
            description =
                    "Only say where it would start, how much it would learn, what is missing.")
    private boolean dryRun;

    @Option(
            names = "--init",
            paramLabel = "FILE",
            description =
                    "The file that the model began with (the trainer's init), which its beginning cannot be verified without.")
    private Path init;

    @Option(
            names = "--student",
            paramLabel = "FILE",
            description =
                    "The TorchScript file that the model was made from (the trainer's model.file), which never travels.")
    private Path student;

    @Mixin private TraceFlags traces;

    @Mixin private PageOption page;

    @Mixin private HistoryOptions source;

    @Mixin private NewRunFlags newRun;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (newRun.isAsked()) {
            return runAsNewModel(out);
        }
        Optional<Long> version = version();
        try (HistoryOptions.Opened opened = source.open()) {
            ModelHistory history = opened.history();
            long newest = Replay.newest(history);
            if (version.isPresent() && (version.get() < 1 || version.get() > newest)) {
                throw new CommandFailure(
                        "model '"
                                + history.model()
                                + "' has no version "
                                + version.get()
                                + "; it has 1 to "
                                + newest);
            }
            if (dryRun) {
                Planner planner = new Planner(history);
                show(version.map(planner::verify).orElseGet(planner::verifyAll), out);
                return 0;
            }
            return verify(history, version, newest, out);
        }
    }

    private int runAsNewModel(PrintWriter out) {
        if (verify != null || all) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Either --as, for a new run, or --verify, not both.");
        }
        try (HistoryOptions.Opened opened = source.open()) {
            return new NewRunWork(
                            newRun,
                            traces,
                            page.file(source.folder(), "replay-" + newRun.name()),
                            CommandText.of(spec),
                            InstantSource.system(),
                            out)
                    .run(opened.history(), dryRun);
        }
    }

    /** The version asked for; empty for all. */
    private Optional<Long> version() {
        boolean everything = all || ALL.equals(verify);
        if (verify == null || (all && !ALL.equals(verify))) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "What to do? Expected --verify VERSION, --verify --all, or --as NEW.");
        }
        try {
            return everything ? Optional.empty() : Optional.of(Long.valueOf(verify));
        } catch (NumberFormatException notANumber) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--verify must be a version's number, or all, was '" + verify + "'",
                    notANumber);
        }
    }

    private int verify(ModelHistory history, Optional<Long> version, long newest, PrintWriter out) {
        try (RecordProgress progress =
                        new RecordProgress("replay", history, version.orElse(newest), out);
                LossTrace losses = traces.open()) {
            PredictionListener listener = traces.isAsked() ? losses : PredictionListener.NONE;
            StepCurves curves = new StepCurves(listener);
            Optional<Path> file = page.file(source.folder(), "replay");
            Replay replay =
                    new Replay(
                            history,
                            new LocalFiles(Optional.ofNullable(init), Optional.ofNullable(student)),
                            traces.isAsked() ? ReplayWatcher.both(progress, losses) : progress,
                            file.isPresent() ? curves : listener);
            Outcome outcome = version.map(replay::verify).orElseGet(replay::verifyAll);
            progress.end();
            show(history.model(), outcome, progress, out);
            boolean sameTrace = traces.show(losses, out);
            file.ifPresent(
                    to ->
                            out.println(
                                    PageFile.save(
                                            to, () -> pageOf(history, outcome, curves, progress))));
            out.flush();
            return outcome.allEqual() && sameTrace ? 0 : 1;
        } catch (UncheckedIOException refused) {
            throw new CommandFailure(refused.getMessage(), refused);
        }
    }

    private RunPage pageOf(
            ModelHistory history, Outcome outcome, StepCurves curves, RecordProgress progress) {
        return new VerificationPage(
                        history,
                        outcome,
                        curves.points(),
                        progress.records(),
                        progress.seconds(),
                        InstantSource.system().instant(),
                        CommandText.of(spec))
                .page();
    }

    private static void show(Plan plan, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "would start at %s and make %,d versions from %,d records, %,d bytes (%s)%n",
                starts(plan.starts()),
                plan.versions(),
                plan.records(),
                plan.bytes(),
                plan.measured() ? "measured" : "estimated from the first records");
        plan.missing().forEach(sentence -> out.println("missing: " + sentence));
        if (plan.missing().isEmpty()) {
            out.println("nothing is missing");
        }
        out.flush();
    }

    private static void show(
            String model, Outcome outcome, RecordProgress progress, PrintWriter out) {
        for (Outcome.Run run : outcome.runs()) {
            out.printf(
                    Locale.ROOT,
                    "%-22s %s%n",
                    Verdicts.versions(run),
                    Verdicts.words(run.verdict()));
        }
        out.printf(
                Locale.ROOT,
                "model %s: %,d equal, %,d different, %,d not verifiable; started at %s; %,d records in %.1f s, %,.0f records/s%n",
                model,
                outcome.equal(),
                outcome.different(),
                outcome.notVerifiable(),
                starts(outcome.starts()),
                progress.records(),
                progress.seconds(),
                progress.records() / progress.seconds());
        outcome.lastEqual()
                .ifPresent(
                        last ->
                                out.printf(
                                        "version %d: weights sha256 %s, state sha256 %s%n",
                                        last.version(), last.weightsSha256(), last.stateSha256()));
        out.flush();
    }

    private static String starts(List<Long> starts) {
        return starts.isEmpty()
                ? "nowhere"
                : starts.stream()
                        .map(
                                version ->
                                        version == 0
                                                ? "genesis"
                                                : "the state of version " + version)
                        .collect(Collectors.joining(", then at "));
    }
}
