package io.decant.cli;

import io.decant.cli.page.RunPage;
import io.decant.cli.page.RunPage.Figure;
import io.decant.cli.page.Table;
import io.decant.cli.page.TrainingPoint;
import io.decant.cli.page.Unit;
import io.decant.trainer.replay.ModelHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The page of a new run over an old journal. <i>Immutable.</i> */
record NewRunPage(
        ModelHistory history,
        NewRunReport report,
        List<TrainingPoint> steps,
        Instant ended,
        String command) {

    RunPage page() {
        String fresh = report.plan().as();
        String live = report.plan().live();
        return new ReplayPage(history, steps)
                .page(
                        fresh + ": the journal of " + live + ", learned once more",
                        String.format(
                                Locale.ROOT,
                                "%s, ended %s after %.1f s",
                                command,
                                Shown.time(ended),
                                report.took().toMillis() / 1e3),
                        report.verdict(),
                        true,
                        figures(),
                        tables(),
                        null,
                        command);
    }

    private List<Figure> figures() {
        String live = report.plan().live();
        return List.of(
                new Figure(
                        "prequential",
                        Shown.percent(report.outcome().prequential().student().cumulative()),
                        live + ": " + Shown.percent(report.live().accuracy())),
                report.heldOut()
                        .map(
                                made ->
                                        new Figure(
                                                "hold-out",
                                                Shown.percent(made.fresh()),
                                                live + ": " + Shown.percent(made.live())))
                        .orElse(new Figure("hold-out", "-", "needs --dataset")),
                new Figure(
                        "agreement",
                        Shown.percent(report.comparison().agreement()),
                        "on " + report.comparedOn()),
                new Figure(
                        "records",
                        Shown.count(report.outcome().records()),
                        Unit.COUNT.text(report.recordsPerSecond()) + " a second"));
    }

    private List<Table> tables() {
        String fresh = report.plan().as();
        String live = report.plan().live();
        List<Table> tables = new ArrayList<>();
        tables.add(
                Table.of(
                        "Both models",
                        report.accuracyRows(),
                        "",
                        "#" + live,
                        "#" + fresh,
                        "over"));
        if (!report.recallRows().isEmpty()) {
            tables.add(
                    Table.of(
                            "Recall of each class, over " + report.comparedOn(),
                            report.recallRows(),
                            "class",
                            "#samples",
                            "#" + live,
                            "#" + fresh));
        }
        Map<String, String> settings = new TreeMap<>(report.outcome().state().header().configuration());
        tables.add(Table.facts("Settings of " + fresh, settings).closed());
        return tables;
    }
}
