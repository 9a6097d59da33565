package io.decant.cli.demo;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.cli.CommandText;
import io.decant.cli.Shown;
import io.decant.cli.page.ModelFacts;
import io.decant.cli.page.RunPage;
import io.decant.cli.page.RunPage.Figure;
import io.decant.cli.page.RunPage.Section;
import io.decant.cli.page.RunPage.Tone;
import io.decant.cli.page.Table;
import io.decant.cli.page.Unit;
import io.decant.cli.page.VersionTable;
import io.decant.cli.run.RunWatch;
import io.decant.follower.reload.ServingSlot.Swap;
import io.decant.model.spec.ModelSpec;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The page of a demo. <i>Owned by one thread.</i> */
final class DemoPage {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Facts facts;
    private final Report report;
    private final List<Lineage> lineage;

    /**
     * What is known when a run has ended.
     *
     * @param rows of the closing table
     * @param swaps of the gateway, in order
     * @param testSamples that the hold-out holds
     * @param startMillis when the first sample was appended, since 1970-01-01T00:00Z
     */
    record Facts(
            Report report,
            DemoOptions options,
            List<ClosingTable.Row> rows,
            ModelSpec spec,
            RunWatch.View seen,
            List<Swap> swaps,
            List<Freshness.OfSwap> freshness,
            int testSamples,
            long startMillis,
            Instant ended) {
        List<CheckpointManifest> manifests() {
            return seen.versions().stream().map(RunWatch.View.Version::manifest).toList();
        }

        /** Seconds after the start. */
        double after(long millis) {
            return (millis - startMillis) / 1e3;
        }
    }

    private DemoPage(Facts facts) {
        this.facts = facts;
        this.report = facts.report;
        this.lineage = List.copyOf(facts.seen.lineage().values());
    }

    /**
     * Puts the page together.
     *
     * @param asked what fixes the stream
     * @param settings of each service, without secrets
     */
    static RunPage of(
            Facts facts, Map<String, String> asked, Map<String, Map<String, String>> settings) {
        DemoPage page = new DemoPage(facts);
        return new RunPage(
                String.format(
                        Locale.ROOT,
                        "%s: %,d samples, distilled as they came",
                        page.report.dataset(),
                        page.report.samples()),
                String.format(
                        Locale.ROOT,
                        "decant demo, ended %s after %.1f s, seed %d",
                        Shown.time(facts.ended),
                        page.report.wallSeconds(),
                        facts.options.seed()),
                page.verdict(),
                page.report.failedRequests() == 0 && page.report.deadLetters() == 0
                        ? Tone.GOOD
                        : Tone.CARE,
                page.figures(),
                List.of(
                        page.result(),
                        Section.curves(DemoCharts.of(facts)),
                        page.versions(),
                        page.model(),
                        Section.notes("limits", "How it was measured", Measured.sentences(facts)),
                        page.settings(asked, settings),
                        page.again()));
    }

    private String verdict() {
        StringBuilder sentence = new StringBuilder();
        sentence.append(
                String.format(
                        Locale.ROOT,
                        "The student classifies %s of the test samples right",
                        Shown.percent(report.holdoutAccuracy())));
        if (report.labelsOnlyHoldoutAccuracy() != null) {
            double points = 100 * (report.holdoutAccuracy() - report.labelsOnlyHoldoutAccuracy());
            sentence.append(
                    String.format(
                            Locale.ROOT,
                            ", %.2f points %s the same student without a teacher",
                            Math.abs(points),
                            points < 0 ? "below" : "above"));
        }
        sentence.append(
                String.format(
                        Locale.ROOT,
                        "; it was served in %,d reloads, and of %,d requests %s failed.",
                        report.gatewayReloads(),
                        report.requests(),
                        report.failedRequests() == 0
                                ? "none"
                                : Shown.count(report.failedRequests())));
        return sentence.toString();
    }

    private List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        figures.add(
                new Figure(
                        "student, hold-out",
                        Shown.percent(report.holdoutAccuracy()),
                        Shown.count(facts.testSamples) + " test samples, through the gateway"));
        figures.add(
                new Figure(
                        "shadow, hold-out",
                        Shown.percent(report.labelsOnlyHoldoutAccuracy()),
                        report.labelsOnlyHoldoutAccuracy() == null
                                ? "needs 1,000 labels"
                                : "the same student, labels only"));
        figures.add(
                new Figure(
                        "teacher, hold-out",
                        Shown.percent(report.teacherHoldoutAccuracy()),
                        "agrees with the student on "
                                + Shown.percent(report.agreementWithTeacher())));
        figures.add(
                new Figure(
                        "prequential",
                        Shown.percent(report.prequentialAccuracy()),
                        Shown.count(report.labelledSamples()) + " labels arrived"));
        figures.add(
                new Figure(
                        "freshness, median",
                        Unit.MILLISECONDS.text(decimal(report.freshnessP50Millis())),
                        "99 % within "
                                + Unit.MILLISECONDS.text(decimal(report.freshnessP99Millis()))));
        figures.add(
                new Figure(
                        "samples a second",
                        Unit.COUNT.text(report.samplesPerSecond()),
                        "asked for: "
                                + (facts.options.rate().isPresent()
                                        ? Unit.COUNT.text(facts.options.rate().getAsDouble())
                                        : "as fast as it goes")));
        figures.add(
                new Figure(
                        "bytes of a version",
                        Unit.COUNT.text(report.bytesPerVersion()),
                        "that a gateway in step received"));
        figures.add(
                new Figure(
                        "dead letters",
                        Shown.count(report.deadLetters()),
                        "records that were refused"));
        return figures;
    }

    private static Double decimal(Long value) {
        return value == null ? null : Double.valueOf(value);
    }

    private Section result() {
        List<String> heads = new ArrayList<>(ClosingTable.HEADS);
        heads.replaceAll(head -> head.isEmpty() ? "model" : "#" + head);
        Map<String, String> all = new LinkedHashMap<>();
        JSON.convertValue(report, new TypeReference<Map<String, Object>>() {})
                .forEach((name, value) -> all.put(name, String.valueOf(value)));
        return Section.tables(
                "result",
                "Result",
                List.of(
                        Table.of(
                                "On the test samples",
                                facts.rows.stream().map(ClosingTable.Row::cells).toList(),
                                heads.toArray(String[]::new)),
                        Table.facts("The whole report", all).closed()));
    }

    private Section versions() {
        return Section.tables(
                "versions",
                "Versions",
                List.of(
                        VersionTable.of(
                                lineage,
                                facts.manifests().stream()
                                        .collect(
                                                Collectors.toMap(
                                                        CheckpointManifest::getVersion,
                                                        manifest -> manifest)),
                                null)),
                VersionTable.NOTE);
    }

    private Section model() {
        Lineage last = lineage.get(lineage.size() - 1);
        return Section.tables(
                "model",
                "Model card",
                List.of(
                        ModelFacts.model(last.getModel(), last.getVersion(), facts.spec),
                        ModelFacts.journal(lineage),
                        ModelFacts.teachers(facts.seen.teachers()),
                        ModelFacts.engine(last)),
                "The start of a card: what this run recorded about its model.");
    }

    private Section settings(Map<String, String> asked, Map<String, Map<String, String>> settings) {
        Map<String, String> shown = new LinkedHashMap<>(asked);
        shown.put(
                "settings",
                facts.options.settings().stream()
                        .map(CommandText::withoutSecret)
                        .collect(Collectors.joining(", ")));
        List<Table> tables = new ArrayList<>();
        tables.add(Table.facts("What was asked for", shown));
        settings.forEach((service, values) -> tables.add(Table.facts(service, values).closed()));
        return Section.tables(
                "settings",
                "Settings",
                tables,
                "Everything that was in force, defaults too; secrets are hidden.");
    }

    private Section again() {
        String title = "Prove it again";
        return facts.options
                .dataDir()
                .map(
                        folder ->
                                Section.command(
                                        title,
                                        "Learns the journal once more and compares weights and state of every version, bit for bit.",
                                        CommandText.of(
                                                List.of(
                                                        "replay",
                                                        "--verify",
                                                        "--all",
                                                        "--data-dir",
                                                        folder.toString()))))
                .orElseGet(
                        () ->
                                Section.command(
                                        title,
                                        "The journal of this run was in a temporary folder and is gone. With --data-dir it stays, and 'decant replay --verify --all' makes every version again from it, bit for bit.",
                                        ""));
    }
}
