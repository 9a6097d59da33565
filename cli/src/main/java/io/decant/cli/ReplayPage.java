package io.decant.cli;

import io.decant.cli.page.Chart;
import io.decant.cli.page.ModelFacts;
import io.decant.cli.page.RunPage;
import io.decant.cli.page.RunPage.Section;
import io.decant.cli.page.Table;
import io.decant.cli.page.TrainingCurves;
import io.decant.cli.page.TrainingPoint;
import io.decant.cli.page.VersionCurves;
import io.decant.cli.page.VersionTable;
import io.decant.records.Lineage;
import io.decant.trainer.replay.ModelHistory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/**
 * What the pages of replays have in common: curves over the live ones, the live model's versions
 * and what is known of it. <i>Owned by one thread.</i>
 */
final class ReplayPage {
    private final ModelHistory history;
    private final List<TrainingPoint> steps;

    /**
     * About a history.
     *
     * @param steps of the replay
     */
    ReplayPage(ModelHistory history, List<TrainingPoint> steps) {
        this.history = history;
        this.steps = List.copyOf(steps);
    }

    /**
     * The page.
     *
     * @param result tables of what it came to
     * @param verdict what is said of a version; null when nothing is
     * @param again the command that makes it once more
     */
    RunPage page(
            String title,
            String subtitle,
            String sentence,
            boolean sound,
            List<RunPage.Figure> figures,
            List<Table> result,
            LongFunction<String> verdict,
            String again) {
        Collection<Lineage> lineage = history.lineage().values();
        List<Section> sections = new ArrayList<>();
        sections.add(Section.tables("result", "Result", result));
        sections.add(
                Section.curves(
                        charts(),
                        "Lines are this run, step by step. Dots are what the live trainer recorded when it published."));
        if (!lineage.isEmpty()) {
            sections.add(
                    Section.tables(
                            "versions",
                            "Versions of " + history.model(),
                            List.of(VersionTable.of(lineage, history.manifests(), verdict)),
                            VersionTable.NOTE));
            sections.add(model(history.lineage().lastEntry().getValue(), lineage));
        }
        sections.add(
                new Section(
                        "again",
                        "Once more",
                        List.of("The command of this run:"),
                        List.of(),
                        List.of(),
                        again));
        return new RunPage(title, subtitle, sentence, sound, figures, sections);
    }

    private List<Chart> charts() {
        List<TrainingCurves.Source> sources =
                List.of(
                        new TrainingCurves.Source("", false, steps),
                        new TrainingCurves.Source(
                                ", live",
                                true,
                                history.lineage().values().stream()
                                        .map(TrainingPoint::of)
                                        .toList()));
        List<Chart> charts = new ArrayList<>(TrainingCurves.of(sources));
        if (!history.manifests().isEmpty()) {
            charts.addAll(
                    VersionCurves.of(
                            history.manifests().values(),
                            history.manifests().firstEntry().getValue().getPublishedAtMillis(),
                            VersionCurves.seconds("the first version"),
                            List.of()));
        }
        return charts;
    }

    private Section model(Lineage last, Collection<Lineage> lineage) {
        List<Table> tables = new ArrayList<>();
        history.weights(last.getVersion())
                .ifPresent(
                        anchor ->
                                tables.add(
                                        ModelFacts.model(
                                                history.model(),
                                                last.getVersion(),
                                                anchor.spec())));
        tables.add(ModelFacts.journal(lineage));
        tables.add(ModelFacts.engine(last));
        tables.add(ModelFacts.settings(last));
        return Section.tables(
                "model",
                "Model card of " + history.model(),
                tables,
                String.format(
                        Locale.ROOT,
                        "The start of a card: what was recorded about the live model. Teachers: %s.",
                        teachers()));
    }

    private String teachers() {
        List<String> ids =
                history.manifests().values().stream()
                        .flatMap(manifest -> manifest.getTeacherIds().stream())
                        .distinct()
                        .sorted()
                        .toList();
        return ids.isEmpty() ? "none named" : String.join(", ", ids);
    }
}
