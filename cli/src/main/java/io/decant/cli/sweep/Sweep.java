package io.decant.cli.sweep;

import io.decant.cli.CommandFailure;
import io.decant.cli.Shown;
import io.decant.dataset.IdxSplit;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.replay.ReplayWatcher;
import io.decant.trainer.rerun.Comparison;
import io.decant.trainer.rerun.Example;
import io.decant.trainer.rerun.NewRun;
import io.decant.trainer.rerun.RunOutcome;
import io.decant.trainer.rerun.RunPlan;
import io.decant.trainer.rerun.RunRequest;
import io.decant.trainer.rerun.VersionSink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Learns one journal again under many settings, some at a time. Each trial is a new run in the live
 * model's order, so trials differ in their settings and in nothing else. <i>Owned by the main
 * thread.</i>
 */
public final class Sweep {
    private static final String AS = "sweep";

    private final ModelHistory history;
    private final Function<Instant, List<Long>> offsetsAt;
    private final RunRequest request;
    private final Optional<IdxSplit> test;

    /**
     * Prepares a sweep.
     *
     * @param request bounds and settings that every trial has
     * @param offsetsAt the first journal offsets of a time
     * @param test what the hold-out accuracy is measured on
     */
    public Sweep(
            ModelHistory history,
            RunRequest request,
            Function<Instant, List<Long>> offsetsAt,
            Optional<IdxSplit> test) {
        this.history = history;
        this.request = request;
        this.offsetsAt = offsetsAt;
        this.test = test;
    }

    /** The name under which trials run; nothing is published under it. */
    public static String name() {
        return AS;
    }

    /** The live model's journal between the bounds, learned with nothing varied. */
    RunPlan unvaried() {
        return plan(Map.of());
    }

    private RunPlan plan(Map<String, String> settings) {
        List<String> all = new ArrayList<>(request.settings());
        settings.forEach((key, value) -> all.add(key + "=" + value));
        return RunPlan.of(
                history,
                new RunRequest(
                        AS, request.from(), request.to(), all, request.spec(), request.exclude()),
                offsetsAt);
    }

    /** What a file of results belongs to. */
    SweepFile.Over over() {
        RunPlan plan = unvaried();
        return new SweepFile.Over(
                plan.live(),
                Shown.hex(history.lineage().lastEntry().getValue().getWeightsDigest()),
                plan.from(),
                plan.to(),
                request.settings(),
                test.map(IdxSplit::digest).orElse(""));
    }

    /**
     * Makes all trials that the file does not know.
     *
     * @param parallel trials at a time, at least 1
     * @param heard of each result: first of those in the file, then as trials end
     * @return the results of all trials, best first
     * @throws CommandFailure when a setting is none, or a trial broke
     */
    List<TrialResult> run(
            List<Map<String, String>> trials,
            SweepFile file,
            int parallel,
            Consumer<TrialResult> heard) {
        // Wrong settings are found before the first trial has cost anything.
        Map<Map<String, String>, Callable<TrialResult>> open = new LinkedHashMap<>();
        List<TrialResult> results = new ArrayList<>();
        for (Map<String, String> trial : trials) {
            Optional<TrialResult> known = file.known(trial);
            if (known.isPresent()) {
                results.add(known.get());
                heard.accept(known.get());
            } else {
                RunPlan plan = checked(trial);
                open.put(trial, () -> result(trial, plan));
            }
        }
        results.addAll(
                TrialPool.run(
                        open,
                        parallel,
                        result -> {
                            file.add(result);
                            heard.accept(result);
                        }));
        results.sort(TrialResult.BEST_FIRST);
        return results;
    }

    private RunPlan checked(Map<String, String> trial) {
        try {
            RunPlan plan = plan(trial);
            // Everything that a learner refuses about its settings, it refuses here.
            plan.versions().get(0).config().learning();
            return plan;
        } catch (ConfigurationException | IllegalArgumentException wrong) {
            throw new CommandFailure("trial " + trial + ": " + wrong.getMessage(), wrong);
        }
    }

    private TrialResult result(Map<String, String> trial, RunPlan plan) {
        long began = System.nanoTime();
        RunOutcome outcome =
                NewRun.run(
                        history,
                        plan,
                        VersionSink.NOWHERE,
                        ReplayWatcher.NONE,
                        PredictionListener.NONE);
        return new TrialResult(
                trial,
                Shown.boxed(outcome.prequential().student().cumulative()),
                Shown.boxed(outcome.prequential().shadow().cumulative()),
                test.map(split -> holdOut(plan, outcome, split)).orElse(null),
                outcome.records(),
                seconds(began),
                null);
    }

    private static Double holdOut(RunPlan plan, RunOutcome outcome, IdxSplit test) {
        Comparison.Model fresh =
                new Comparison.Model(
                        outcome.state().spec(), outcome.state().published(), plan.student());
        List<Example> examples = new ArrayList<>(test.size());
        for (int i = 0; i < test.size(); i++) {
            examples.add(new Example(test.sample(i), OptionalInt.of(test.label(i))));
        }
        return Shown.boxed(Comparison.of(fresh, Optional.empty(), examples).fresh());
    }

    static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1e9;
    }

    /** Keys that no trial may vary: they are the process's, not a run's. */
    static final Set<String> NOT_VARIED = Set.of("threads", "device");
}
