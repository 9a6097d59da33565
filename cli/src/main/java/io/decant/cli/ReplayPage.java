package io.decant.cli;

import io.decant.cli.page.Chart;
import io.decant.cli.page.RunPage;
import io.decant.cli.page.RunPage.Section;
import io.decant.cli.page.TrainingCurves;
import io.decant.cli.page.TrainingPoint;
import io.decant.cli.page.VersionCurves;
import io.decant.cli.page.VersionTable;
import io.decant.records.Lineage;
import io.decant.trainer.replay.ModelHistory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.LongFunction;

/**
 * What the pages of replays have in common: curves over the live ones, and the live model's
 * versions. <i>Owned by one thread.</i>
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
     * @param head title, verdict and figures; its sections come first
     * @param card what is known of the model that was made
     * @param verdict what is said of a live version; null when nothing is
     * @param command that makes it once more
     */
    RunPage page(RunPage head, Section card, LongFunction<String> verdict, String command) {
        Collection<Lineage> lineage = history.lineage().values();
        List<Section> sections = new ArrayList<>(head.sections());
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
        }
        sections.add(card);
        sections.add(Section.command("Once more", "The command of this run:", command));
        return new RunPage(
                head.title(),
                head.subtitle(),
                head.verdict(),
                head.tone(),
                head.figures(),
                sections);
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
}
