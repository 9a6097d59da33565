package io.decant.cli.demo;

import io.decant.cli.page.Chart;
import io.decant.cli.page.Chart.Axis;
import io.decant.cli.page.Chart.Look;
import io.decant.cli.page.Chart.Point;
import io.decant.cli.page.Chart.Series;
import io.decant.cli.page.TrainingCurves;
import io.decant.cli.page.TrainingPoint;
import io.decant.cli.page.Unit;
import io.decant.cli.page.VersionCurves;
import java.util.ArrayList;
import java.util.List;

/** The curves of a demo. <i>Thread-safe: all methods are pure.</i> */
final class DemoCharts {
    private static final Axis TIME = VersionCurves.seconds("the first sample");

    private DemoCharts() {}

    /** Accuracies, losses, freshness, bytes and versions. */
    static List<Chart> of(DemoPage.Facts facts) {
        List<TrainingPoint> points =
                facts.seen().lineage().values().stream().map(TrainingPoint::of).toList();
        List<Chart> charts =
                new ArrayList<>(
                        TrainingCurves.of(List.of(new TrainingCurves.Source("", false, points))));
        charts.add(freshness(facts));
        charts.addAll(
                VersionCurves.of(
                        facts.manifests(), facts.startMillis(), TIME, List.of(served(facts))));
        return charts;
    }

    private static Series served(DemoPage.Facts facts) {
        return new Series(
                "served",
                "other",
                Look.STEPS,
                facts.swaps().stream()
                        .map(
                                swap ->
                                        new Point(
                                                facts.after(swap.swappedAtMillis()),
                                                (double) swap.version()))
                        .toList());
    }

    private static Chart freshness(DemoPage.Facts facts) {
        List<Point> median = new ArrayList<>();
        List<Point> oldest = new ArrayList<>();
        for (Freshness.OfSwap swap : facts.freshness()) {
            double at = facts.after(swap.atMillis());
            median.add(new Point(at, (double) swap.medianMillis()));
            oldest.add(new Point(at, (double) swap.oldestMillis()));
        }
        return new Chart(
                "freshness",
                "Freshness",
                "At each reload of the gateway: how old the samples were that the new version was the first to have learned.",
                TIME,
                new Axis("age", Unit.MILLISECONDS),
                false,
                List.of(
                        new Series("median", "student", Look.LINE, median),
                        new Series("oldest", "shadow", Look.DASHED, oldest)));
    }
}
