package io.decant.cli.scenario;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.decant.cli.CommandFailure;
import io.decant.cli.TextTable;
import io.decant.cli.WholeFile;
import io.decant.cli.page.PageFile;
import io.decant.cli.run.OwnedResources;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs a scenario: its trials for every seed, one after the other, then table, plot, sentence and
 * files. <i>Owned by the main thread</i>, but {@link #close} may be called by any.
 */
public final class ScenarioRun implements AutoCloseable {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final ScenarioOptions options;
    private final Scenario scenario;
    private final Path home;
    private final PrintStream out;
    private final InstantSource clock;
    private final long startedNanos = System.nanoTime();
    private final OwnedResources resources;
    private final Curves curves = new Curves();
    private final Map<String, List<String>> rowSettings = new LinkedHashMap<>();

    /**
     * Prepares a run.
     *
     * @param home the project's folder; teachers are cached in it
     */
    public ScenarioRun(ScenarioOptions options, Path home, PrintStream out, InstantSource clock) {
        this.options = options;
        this.scenario = Scenarios.named(options.scenario());
        this.home = home;
        this.out = out;
        this.clock = clock;
        this.resources = new OwnedResources(out);
    }

    /** Runs all of it and prints what it shows. */
    public void run() throws InterruptedException {
        Bench bench = Bench.prepare(options, home, resources, clock, text -> say("%s", text));
        List<SeedFigures> bySeed = new ArrayList<>();
        Given given = null;
        for (long seed : options.seeds()) {
            given = bench.given(seed);
            bySeed.add(seed(bench, given));
        }
        Summary summary = new Summary(options.seeds(), bySeed);
        tell(bench, given, summary);
    }

    private SeedFigures seed(Bench bench, Given given) throws InterruptedException {
        SeedFigures figures = new SeedFigures();
        for (Trial trial : scenario.trials(given)) {
            Map<Variant, Observation> seen = bench.run(trial, given.seed());
            seen.forEach(
                    (variant, observation) -> take(trial, variant, observation, given, figures));
        }
        for (Derived derived : scenario.derived(given)) {
            figures.put(derived.row(), derived.figure(), derived.of().apply(figures));
        }
        return figures;
    }

    private void take(
            Trial trial,
            Variant variant,
            Observation observation,
            Given given,
            SeedFigures figures) {
        String row = trial.row(variant);
        List<String> differs = new ArrayList<>(trial.settings());
        differs.addAll(variant.settings());
        rowSettings.put(row, differs);
        List<Measure> measures = new ArrayList<>(scenario.measures(given));
        measures.addAll(Measure.COMMON);
        for (Measure measure : measures) {
            figures.put(row, measure.figure(), measure.of().apply(observation));
        }
        curves.add(row, trial.plan(), observation.student());
        if (trial.plan().labels() > 0) {
            curves.add(row + Curves.SHADOW, trial.plan(), observation.shadow());
        }
        say(
                "seed %d, %s: hold-out %s, prequential %s, %,.0f samples/s",
                given.seed(),
                row,
                Figure.HOLDOUT.unit().text(figures.value(row, Figure.HOLDOUT)),
                Figure.PREQUENTIAL.unit().text(figures.value(row, Figure.PREQUENTIAL)),
                figures.value(row, Figure.RATE));
    }

    private void tell(Bench bench, Given given, Summary summary) {
        List<Figure> shown = new ArrayList<>();
        scenario.measures(given).forEach(measure -> shown.add(measure.figure()));
        scenario.derived(given).stream().map(Derived::figure).distinct().forEach(shown::add);
        TextTable table = new TextTable(ScenarioTable.heads(summary).toArray(String[]::new));
        ScenarioTable.cells(summary, shown).forEach(row -> table.row(row.toArray(String[]::new)));
        out.println();
        out.print(table);
        out.println();
        out.print(ScenarioTable.sparklines(curves));
        rowSettings.forEach(
                (row, differs) -> {
                    if (!differs.isEmpty()) {
                        out.println("  " + row + ": " + String.join(" ", differs));
                    }
                });
        String sentence = scenario.shows(summary);
        out.println();
        out.println(sentence);
        ScenarioReport report =
                new ScenarioReport(
                        scenario.name(),
                        bench.dataset().name(),
                        given.samples(),
                        options.seeds(),
                        options.settings(),
                        ScenarioReport.rows(summary, rowSettings),
                        ScenarioReport.curves(curves),
                        sentence);
        options.report().ifPresent(file -> write(report, file));
        options.page()
                .ifPresent(
                        file ->
                                out.println(
                                        PageFile.save(
                                                file,
                                                () ->
                                                        ScenarioPage.of(
                                                                report,
                                                                summary,
                                                                shown,
                                                                clock.instant()))));
    }

    private static void write(ScenarioReport report, Path file) {
        try {
            WholeFile.write(file, JSON.writeValueAsBytes(report));
        } catch (IOException refused) {
            throw new CommandFailure(
                    "the report cannot be written (" + refused + "); choose another --report",
                    refused);
        }
    }

    private void say(String message, Object... values) {
        out.printf(
                Locale.ROOT,
                "%6.1fs  %s%n",
                (System.nanoTime() - startedNanos) / 1e9,
                String.format(Locale.ROOT, message, values));
    }

    /** Stops everything; safe to call from another thread, and twice. */
    @Override
    public void close() {
        resources.close();
    }
}
