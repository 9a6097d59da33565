package io.decant.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.decant.cli.page.PageFile;
import io.decant.cli.page.TrainingPoint;
import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.model.torch.ScriptStudent;
import io.decant.records.CheckpointManifest;
import io.decant.trainer.CandidatePublisher;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.journal.MissingRangeException;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.recover.ModelRecords;
import io.decant.trainer.replay.ClusterHistory;
import io.decant.trainer.replay.LossTrace;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.replay.ReplayWatcher;
import io.decant.trainer.rerun.Comparison;
import io.decant.trainer.rerun.Example;
import io.decant.trainer.rerun.LiveScore;
import io.decant.trainer.rerun.NewRun;
import io.decant.trainer.rerun.RunOutcome;
import io.decant.trainer.rerun.RunPlan;
import io.decant.trainer.rerun.Survey;
import io.decant.trainer.rerun.TimeLookup;
import io.decant.trainer.rerun.VersionSink;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;

/** {@code decant replay --as NEW}. <i>Owned by the main thread.</i> */
final class NewRunWork {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final NewRunFlags flags;
    private final TraceFlags traces;
    private final Optional<Path> page;
    private final String command;
    private final InstantSource clock;
    private final PrintWriter out;

    /**
     * Prepares a run.
     *
     * @param page where its page goes; empty for nowhere
     * @param command as it was typed, for the page
     */
    NewRunWork(
            NewRunFlags flags,
            TraceFlags traces,
            Optional<Path> page,
            String command,
            InstantSource clock,
            PrintWriter out) {
        this.flags = flags;
        this.traces = traces;
        this.page = page;
        this.command = command;
        this.clock = clock;
        this.out = out;
    }

    /**
     * Makes the run, or with {@code dryRun} says what it would be.
     *
     * @return the exit code
     * @throws CommandFailure when the run is not possible
     */
    int run(ModelHistory history, boolean dryRun) {
        try {
            RunPlan plan =
                    RunPlan.of(history, flags.request(), time -> TimeLookup.of(history, time));
            refuseTakenName(history, plan);
            return dryRun ? survey(history, plan) : run(history, plan);
        } catch (IllegalArgumentException | MissingRangeException | KafkaException impossible) {
            throw new CommandFailure(impossible.getMessage(), impossible);
        }
    }

    private void refuseTakenName(ModelHistory history, RunPlan plan) {
        if (!(history instanceof ClusterHistory)) {
            if (flags.publishes()) {
                throw new CommandFailure(
                        "--publish needs a cluster (-c, --bootstrap or --data-dir); an exported journal cannot be published to");
            }
            return;
        }
        try (ModelRecords records =
                new ModelRecords(history.cluster(), plan.as(), clock, HistoryOptions.PATIENCE)) {
            if (!records.manifests().isEmpty()) {
                throw new CommandFailure(
                        "model '"
                                + plan.as()
                                + "' has versions already; choose another name with --as");
            }
        }
    }

    private int survey(ModelHistory history, RunPlan plan) {
        Survey survey = Survey.of(history, plan);
        out.printf(
                "%s would take in at most %s records%s, in the order of versions %d to %d of %s%n",
                plan.as(),
                Shown.count(survey.records()),
                survey.missing().isEmpty()
                        ? ", "
                                + Shown.count(survey.estimatedBytes())
                                + " bytes (estimated from the first records)"
                        : "",
                plan.versions().get(0).lineage().getVersion(),
                plan.newest().getVersion(),
                plan.live());
        out.printf("from offsets %s to %s%n", plan.from(), plan.to());
        survey.missing().forEach(range -> out.println("missing: " + range));
        out.flush();
        return survey.missing().isEmpty() ? 0 : 1;
    }

    private int run(ModelHistory history, RunPlan plan) {
        // Read before the work, so that a wrong folder is noticed first.
        Optional<IdxDataset> dataset = flags.dataset().map(IdxDataset::open);
        Instant start = clock.instant();
        TrainerConfig config = plan.versions().get(0).config();
        RunOutcome outcome;
        StepCurves curves;
        try (VersionSink sink =
                        flags.publishes()
                                ? CandidatePublisher.open(config, clock)
                                : VersionSink.NOWHERE;
                RecordProgress progress =
                        new RecordProgress("new run", history, plan.newest().getVersion(), out);
                LossTrace losses = traces.open()) {
            progress.expect(plan.records());
            PredictionListener listener = traces.isAsked() ? losses : PredictionListener.NONE;
            curves = new StepCurves(listener);
            outcome =
                    NewRun.run(
                            history,
                            plan,
                            sink,
                            traces.isAsked() ? ReplayWatcher.both(progress, losses) : progress,
                            page.isPresent() ? curves : listener);
            progress.end();
            traces.show(losses, out);
        } catch (UncheckedIOException refused) {
            throw new CommandFailure(refused.getMessage(), refused);
        }
        Duration took = Duration.between(start, clock.instant());
        Optional<ScriptStudent> student = plan.student();
        Comparison.Model fresh =
                new Comparison.Model(outcome.state().spec(), outcome.state().published(), student);
        Optional<Comparison.Model> live =
                history.weights(plan.newest().getVersion())
                        .flatMap(
                                anchor ->
                                        Comparison.Model.ifInstalled(
                                                anchor.spec(), anchor.weights(), student));
        Optional<Comparison> heldOut =
                dataset.map(data -> Comparison.of(fresh, live, examples(data.test())));
        NewRunReport report =
                new NewRunReport(
                        plan,
                        outcome,
                        Optional.ofNullable(history.manifests().get(plan.newest().getVersion()))
                                .map(CheckpointManifest::getEmaDigest)
                                .orElse(plan.newest().getWeightsDigest()),
                        LiveScore.of(plan, history.lineage()),
                        flags.publishes(),
                        took,
                        heldOut,
                        heldOut.isPresent()
                                ? Optional.empty()
                                : Optional.of(learned(fresh, live, outcome.recent())),
                        dataset.map(IdxDataset::name).orElse(""));
        out.print(report.text());
        if (flags.publishes()) {
            out.print(howToGoOn(config, outcome));
        }
        flags.report().ifPresent(file -> write(file, report.json()));
        List<TrainingPoint> steps = curves.points();
        page.ifPresent(
                file ->
                        out.println(
                                PageFile.save(
                                        file,
                                        () ->
                                                new NewRunPage(
                                                                history,
                                                                report,
                                                                steps,
                                                                clock.instant(),
                                                                command)
                                                        .page())));
        out.flush();
        return 0;
    }

    /** A live model with another input cannot be asked about these samples. */
    private static Comparison learned(
            Comparison.Model fresh, Optional<Comparison.Model> live, List<Example> recent) {
        return Comparison.of(
                fresh, live.filter(model -> model.inputBytes() == fresh.inputBytes()), recent);
    }

    private static List<Example> examples(IdxSplit test) {
        List<Example> examples = new ArrayList<>(test.size());
        for (int i = 0; i < test.size(); i++) {
            examples.add(new Example(test.sample(i), OptionalInt.of(test.label(i))));
        }
        return examples;
    }

    /** The settings that a trainer of that name must have. */
    private static String howToGoOn(TrainerConfig config, RunOutcome outcome) {
        Map<String, String> defaults = TrainerConfig.of(config.cluster(), Map.of()).bits();
        Map<String, String> settings = new TreeMap<>(outcome.state().header().configuration());
        settings.entrySet()
                .removeIf(entry -> entry.getValue().equals(defaults.get(entry.getKey())));
        // A trainer's versions are near each other again.
        settings.remove("checkpoint.delta-share");
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        "%nA gateway serves it with model: %s. A trainer goes on from it with:%n",
                        config.model().name()));
        settings.forEach(
                (key, value) ->
                        text.append("  ")
                                .append(key)
                                .append(": ")
                                .append(value)
                                .append(System.lineSeparator()));
        return text.toString();
    }

    private static void write(Path file, Map<String, Object> report) {
        try {
            Files.write(file, JSON.writeValueAsBytes(report));
        } catch (IOException refused) {
            throw new CommandFailure(
                    "--report " + file + " cannot be written (" + refused + ")", refused);
        }
    }
}
