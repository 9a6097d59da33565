package io.decant.cli.scenario;

import io.decant.cli.Shown;
import io.decant.cli.page.Chart;
import io.decant.cli.page.RunPage;
import io.decant.cli.page.Table;
import io.decant.cli.page.Unit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The page of a scenario. <i>Thread-safe: all methods are pure.</i> */
final class ScenarioPage {
    private static final List<String> COLOURS = List.of("student", "teacher", "other");

    private ScenarioPage() {}

    /**
     * Puts the page together.
     *
     * @param shown figures of the table, in order
     */
    static RunPage of(ScenarioReport report, Summary summary, List<Figure> shown, Instant ended) {
        return new RunPage(
                "Scenario " + report.scenario() + ": " + report.dataset(),
                String.format(
                        Locale.ROOT,
                        "decant scenario %s, up to %,d samples a stream, seeds %s, ended %s",
                        report.scenario(),
                        report.samples(),
                        report.seeds(),
                        Shown.time(ended)),
                report.shows(),
                RunPage.Tone.PLAIN,
                figures(summary, shown.get(0)),
                List.of(
                        RunPage.Section.curves(
                                List.of(chart(report)),
                                "Each sample was predicted before it was learned and is scored against its true class, whether or not a label came. A curve is the mean of all seeds."),
                        RunPage.Section.tables(
                                "figures",
                                "Figures",
                                List.of(table(summary, shown), settings(report)),
                                "All seeds; sd is that of the seeds (n − 1).")));
    }

    private static List<RunPage.Figure> figures(Summary summary, Figure figure) {
        return summary.rows().stream()
                .map(
                        row ->
                                new RunPage.Figure(
                                        row,
                                        summary.text(row, figure),
                                        figure.title() + ", mean of the seeds"))
                .toList();
    }

    private static Chart chart(ScenarioReport report) {
        List<Chart.Series> series = new ArrayList<>();
        int students = 0;
        for (Map.Entry<String, List<Curves.Point>> curve : report.curves().entrySet()) {
            boolean shadow = curve.getKey().endsWith(Curves.SHADOW);
            String colour = shadow ? "shadow" : COLOURS.get(students++ % COLOURS.size());
            series.add(
                    new Chart.Series(
                            curve.getKey(),
                            colour,
                            shadow ? Chart.Look.DASHED : Chart.Look.LINE,
                            curve.getValue().stream()
                                    .map(at -> new Chart.Point(at.position(), at.accuracy()))
                                    .toList()));
        }
        return new Chart(
                "prequential",
                "Prequential accuracy along the stream",
                "Share of right predictions in equal stretches of the stream.",
                new Chart.Axis("samples", Unit.COUNT),
                new Chart.Axis("accuracy", Unit.SHARE),
                false,
                series);
    }

    private static Table table(Summary summary, List<Figure> shown) {
        List<String> heads = ScenarioTable.heads(summary);
        String[] marked = heads.toArray(String[]::new);
        for (int column = 2; column < marked.length; column++) {
            marked[column] = "#" + marked[column];
        }
        return Table.of("Figures of every seed", ScenarioTable.cells(summary, shown), marked);
    }

    private static Table settings(ScenarioReport report) {
        List<List<String>> rows = new ArrayList<>();
        report.rows()
                .forEach(
                        row ->
                                rows.add(
                                        List.of(
                                                row.name(),
                                                row.settings().isEmpty()
                                                        ? "defaults"
                                                        : String.join(" ", row.settings()))));
        return Table.of("Settings in which the streams differ", rows, "stream", "`settings");
    }
}
