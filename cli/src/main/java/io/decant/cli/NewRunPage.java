package io.decant.cli;

import io.decant.cli.page.ModelFacts;
import io.decant.cli.page.RunPage;
import io.decant.cli.page.RunPage.Figure;
import io.decant.cli.page.RunPage.Section;
import io.decant.cli.page.RunPage.Tone;
import io.decant.cli.page.Table;
import io.decant.cli.page.TrainingPoint;
import io.decant.cli.page.Unit;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.rerun.RunOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
        RunPage head =
                new RunPage(
                        fresh() + ": the journal of " + live() + ", learned once more",
                        String.format(
                                Locale.ROOT,
                                "%s, ended %s after %.1f s",
                                command,
                                Shown.time(ended),
                                report.took().toMillis() / 1e3),
                        report.verdict(),
                        Tone.PLAIN,
                        figures(),
                        List.of(Section.tables("result", "Result", tables())));
        return new ReplayPage(history, steps).page(head, card(), null, command);
    }

    private String fresh() {
        return report.plan().as();
    }

    private String live() {
        return report.plan().live();
    }

    private Section card() {
        LearnerState state = report.outcome().state();
        return Section.tables(
                "model",
                "Model card",
                List.of(
                        ModelFacts.model(fresh(), report.outcome().versions(), state.spec()),
                        Table.facts("What it learned from", learned()),
                        Table.facts(
                                        "Settings that can change a bit",
                                        new TreeMap<>(state.header().configuration()))
                                .closed()),
                "The start of a card: what is known of " + fresh() + ".");
    }

    private Map<String, String> learned() {
        RunOutcome outcome = report.outcome();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("journal of", live());
        facts.put("from offsets", report.plan().from().toString());
        facts.put("before offsets", report.plan().to().toString());
        facts.put("pairs", Shown.count(outcome.counters().pairs()));
        facts.put("corrections", Shown.count(outcome.counters().corrections()));
        facts.put("held out for the gate", Shown.count(outcome.counters().gate()));
        facts.put("refused", Shown.count(outcome.counters().refused()));
        facts.put("left out", Shown.count(outcome.counters().leftOut()));
        facts.put("excluded samples", Shown.count(outcome.excludedSamples()));
        facts.put("weights sha256", report.weightsSha256());
        return facts;
    }

    private List<Figure> figures() {
        return List.of(
                new Figure(
                        "prequential",
                        Shown.percent(report.outcome().prequential().student().cumulative()),
                        live() + ": " + Shown.percent(report.live().accuracy())),
                report.heldOut()
                        .map(
                                made ->
                                        new Figure(
                                                "hold-out",
                                                Shown.percent(made.fresh()),
                                                live() + ": " + Shown.percent(made.live())))
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
        List<Table> tables = new ArrayList<>();
        tables.add(
                Table.of(
                        "Both models",
                        report.accuracyRows(),
                        "",
                        "#" + live(),
                        "#" + fresh(),
                        "over"));
        if (!report.recallRows().isEmpty()) {
            tables.add(
                    Table.of(
                            "Recall of each class, over " + report.comparedOn(),
                            report.recallRows(),
                            "class",
                            "#samples",
                            "#" + live(),
                            "#" + fresh()));
        }
        return tables;
    }
}
