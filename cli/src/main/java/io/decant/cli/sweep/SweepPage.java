package io.decant.cli.sweep;

import io.decant.cli.Shown;
import io.decant.cli.page.Chart;
import io.decant.cli.page.RunPage;
import io.decant.cli.page.RunPage.Figure;
import io.decant.cli.page.RunPage.Section;
import io.decant.cli.page.RunPage.Tone;
import io.decant.cli.page.Table;
import io.decant.cli.page.Unit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The page of a sweep: every trial in a table, and the score against each varied number.
 * <i>Immutable.</i>
 */
record SweepPage(
        String model,
        List<Varied> varied,
        List<TrialResult> results,
        Optional<Double> live,
        Instant ended,
        String command) {

    RunPage page() {
        List<Chart> charts = new ArrayList<>();
        varied.forEach(one -> chart(one).ifPresent(charts::add));
        TrialResult best = results.get(0);
        return new RunPage(
                "Sweep over the journal of " + model,
                command + ", ended " + Shown.time(ended),
                best.prequential() == null
                        ? "No trial has a score."
                        : "Best of "
                                + results.size()
                                + " by prequential accuracy: "
                                + best.shown()
                                + ".",
                Tone.PLAIN,
                List.of(
                        new Figure(
                                "best", Shown.percent(best.prequential()), "prequential accuracy"),
                        new Figure(
                                "live",
                                Shown.percent(live.orElse(null)),
                                "the live model over the same pairs"),
                        new Figure("trials", Shown.count(results.size()), "in this sweep")),
                List.of(
                        Section.curves(
                                charts, "Each mark is a trial; other settings vary along with it."),
                        Section.tables("trials", "Trials", List.of(table()), chosenBy()),
                        Section.command("Go on, or again", "The same command.", command)));
    }

    private static String chosenBy() {
        return "In the order of prequential accuracy. The hold-out chooses nothing: after a look at it, it would be none any more.";
    }

    private Table table() {
        List<List<String>> rows = new ArrayList<>();
        for (TrialResult result : results) {
            rows.add(
                    List.of(
                            result.shown(),
                            result.failure() == null
                                    ? Shown.percent(result.prequential())
                                    : result.failure(),
                            Shown.percent(result.shadow()),
                            Shown.percent(result.holdout()),
                            Unit.SECONDS.text(result.seconds())));
        }
        return Table.of(
                "Trials", rows, "settings", "#prequential", "#shadow", "#hold-out", "#took");
    }

    /** Empty for a setting that is no number, or does not vary. */
    private Optional<Chart> chart(Varied one) {
        List<Chart.Point> points = new ArrayList<>();
        for (TrialResult result : results) {
            try {
                points.add(
                        new Chart.Point(
                                Double.parseDouble(result.settings().get(one.key())),
                                result.prequential()));
            } catch (NumberFormatException word) {
                return Optional.empty();
            }
        }
        points.sort(Comparator.comparingDouble(Chart.Point::x));
        if (points.get(0).x() == points.get(points.size() - 1).x()) {
            return Optional.empty();
        }
        return Optional.of(
                new Chart(
                        "by-" + one.key().replaceAll("[^a-z]+", "-"),
                        "Prequential accuracy by " + one.key(),
                        "One mark a trial.",
                        new Chart.Axis(one.key(), Unit.NUMBER),
                        new Chart.Axis("prequential accuracy", Unit.SHARE),
                        false,
                        List.of(new Chart.Series("trials", "student", Chart.Look.MARKS, points))));
    }
}
