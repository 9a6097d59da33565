package io.decant.cli.sweep;

import io.decant.cli.Shown;
import io.decant.cli.page.PageFile;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.rerun.LiveScore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A whole sweep, with what it prints. <i>Owned by the main thread.</i> */
public final class SweepWork {
    /** Rows of the table at the end. */
    private static final int SHOWN = 20;

    private static final int BAR = 30;

    private final Sweep sweep;
    private final ModelHistory history;
    private final PrintWriter out;

    public SweepWork(Sweep sweep, ModelHistory history, PrintWriter out) {
        this.sweep = sweep;
        this.history = history;
        this.out = out;
    }

    /**
     * Runs the trials and shows them.
     *
     * @param vary {@code KEY=VALUES} each
     * @param random how many to draw; empty for all combinations
     * @param file where results are kept
     * @param page empty for none
     * @return the exit code: 1 when no trial has a score
     * @throws IllegalArgumentException when the settings cannot be varied like that
     */
    public int run(
            List<String> vary,
            Optional<Integer> random,
            long seed,
            int parallel,
            Path file,
            Optional<Path> page,
            String command) {
        List<Varied> varied = vary.stream().map(Varied::parse).toList();
        varied.stream()
                .filter(one -> Sweep.NOT_VARIED.contains(one.key()))
                .findFirst()
                .ifPresent(
                        one -> {
                            throw new IllegalArgumentException(
                                    "--vary "
                                            + one.key()
                                            + ": trials share one engine, which has one value of it");
                        });
        List<Map<String, String>> trials =
                random.map(count -> Trials.random(varied, count, seed))
                        .orElseGet(() -> Trials.grid(varied));
        SweepFile results = SweepFile.open(file, sweep.over());
        out.printf("%d trials, %d at a time; results in %s%n", trials.size(), parallel, file);
        int[] done = {0};
        List<TrialResult> all =
                sweep.run(trials, results, parallel, one -> tell(one, ++done[0], trials.size()));
        Optional<Double> live =
                Optional.ofNullable(
                        Shown.boxed(LiveScore.of(sweep.unvaried(), history.lineage()).accuracy()));
        table(all, live);
        page.ifPresent(
                to ->
                        out.println(
                                PageFile.save(
                                        to,
                                        () ->
                                                new SweepPage(
                                                                history.model(),
                                                                varied,
                                                                all,
                                                                live,
                                                                InstantSource.system().instant(),
                                                                command)
                                                        .page())));
        out.flush();
        return all.get(0).prequential() == null ? 1 : 0;
    }

    private void tell(TrialResult result, int number, int of) {
        out.printf(
                Locale.ROOT,
                "%d of %d: %s  %s%n",
                number,
                of,
                result.failure() == null ? Shown.percent(result.prequential()) : result.failure(),
                result.shown());
        out.flush();
    }

    private void table(List<TrialResult> all, Optional<Double> live) {
        double best = score(all.get(0));
        double worst =
                all.stream().mapToDouble(SweepWork::score).filter(s -> s > 0).min().orElse(0);
        out.printf("%n  prequential  hold-out%n");
        for (TrialResult result : all.subList(0, Math.min(SHOWN, all.size()))) {
            int length =
                    best > worst
                            ? (int) Math.round(BAR * (score(result) - worst) / (best - worst))
                            : BAR;
            out.printf(
                    "  %11s  %8s  %-30s  %s%n",
                    Shown.percent(result.prequential()),
                    Shown.percent(result.holdout()),
                    "█".repeat(Math.max(0, length)),
                    result.failure() == null
                            ? result.shown()
                            : result.shown() + ": " + result.failure());
        }
        if (all.size() > SHOWN) {
            out.printf("  and %d more in the file%n", all.size() - SHOWN);
        }
        live.ifPresent(
                accuracy ->
                        out.printf(
                                "  %11s            the live model over the same pairs%n",
                                Shown.percent(accuracy)));
    }

    private static double score(TrialResult result) {
        return result.prequential() == null ? 0 : result.prequential();
    }
}
