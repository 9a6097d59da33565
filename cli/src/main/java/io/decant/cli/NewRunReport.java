package io.decant.cli;

import io.decant.model.digest.Sha256;
import io.decant.trainer.learn.Accuracy;
import io.decant.trainer.rerun.Comparison;
import io.decant.trainer.rerun.LiveScore;
import io.decant.trainer.rerun.RunOutcome;
import io.decant.trainer.rerun.RunPlan;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a new run compares with the live model. <i>Immutable.</i>
 *
 * @param liveAverage SHA-256 of the live model's averaged weights
 * @param published whether its versions were published
 * @param heldOut comparison on samples that no model has learned; empty without a data set
 * @param learned comparison on the samples that the run learned last
 * @param dataset name of the data set
 */
record NewRunReport(
        RunPlan plan,
        RunOutcome outcome,
        ByteBuffer liveAverage,
        LiveScore live,
        boolean published,
        Duration took,
        Optional<Comparison> heldOut,
        Optional<Comparison> learned,
        String dataset) {

    String weightsSha256() {
        return Shown.hex(ByteBuffer.wrap(Sha256.of(outcome.state().studentAverage())));
    }

    private String liveWeightsSha256() {
        return Shown.hex(liveAverage);
    }

    private boolean identical() {
        return weightsSha256().equals(liveWeightsSha256());
    }

    /** Agreement and recall: on held-out samples where there are some. */
    Comparison comparison() {
        return heldOut.or(() -> learned).orElseThrow();
    }

    String comparedOn() {
        return heldOut.isPresent()
                ? "the test samples of " + dataset
                : "the samples learned last, by both models";
    }

    private Accuracy prequential() {
        return outcome.prequential().student();
    }

    double recordsPerSecond() {
        return outcome.records() / Math.max(1e-3, took.toMillis() / 1e3);
    }

    /** How the new model does, and whether it is the live one again: one sentence. */
    String verdict() {
        String versionOfLive = "version " + plan.newest().getVersion() + " of " + plan.live();
        if (identical()) {
            return "The weights of "
                    + plan.as()
                    + " are bit for bit those of "
                    + versionOfLive
                    + ".";
        }
        boolean test = heldOut.isPresent();
        return String.format(
                "%s classifies %s %s right, %s %s; its weights are not those of %s.",
                plan.as(),
                Shown.percent(test ? heldOut.get().fresh() : prequential().cumulative()),
                test ? "of the test samples" : "of the labelled samples, before it learned them,",
                plan.live(),
                Shown.percent(test ? heldOut.get().live() : live.accuracy()),
                versionOfLive);
    }

    /** For the console. */
    String text() {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "%s: %s records in %.1f s (%s/s); %s pairs, %s corrections, %s held out, %s refused, %s left out; %d version%s%s",
                plan.as(),
                Shown.count(outcome.records()),
                took.toMillis() / 1e3,
                Shown.count(Math.round(recordsPerSecond())),
                Shown.count(outcome.counters().pairs()),
                Shown.count(outcome.counters().corrections()),
                Shown.count(outcome.counters().gate()),
                Shown.count(outcome.counters().refused()),
                Shown.count(outcome.counters().leftOut()),
                outcome.versions(),
                outcome.versions() == 1 ? "" : "s",
                published ? ", published" : "");
        if (outcome.excludedSamples() > 0) {
            line(
                    text,
                    "excluded: %s samples with %s records",
                    Shown.count(outcome.excludedSamples()),
                    Shown.count(outcome.excludedRecords()));
        }
        line(
                text,
                "weights %s, %s version %d of %s",
                weightsSha256(),
                identical() ? "bit for bit those of" : "not those of",
                plan.newest().getVersion(),
                plan.live());
        text.append(System.lineSeparator()).append(accuracies()).append(recalls());
        return text.toString();
    }

    private String accuracies() {
        TextTable table = new TextTable("", plan.live(), plan.as(), "over");
        accuracyRows().forEach(row -> table.row(row.toArray(String[]::new)));
        return table.toString();
    }

    /** What, of the live model, of the new one, over what. */
    List<List<String>> accuracyRows() {
        List<List<String>> rows = new ArrayList<>();
        heldOut.ifPresent(
                made ->
                        rows.add(
                                List.of(
                                        "hold-out accuracy",
                                        Shown.percent(made.live()),
                                        Shown.percent(made.fresh()),
                                        Shown.count(made.labelled())
                                                + " test samples of "
                                                + dataset)));
        rows.add(
                List.of(
                        "prequential accuracy",
                        Shown.percent(live.accuracy()),
                        Shown.percent(prequential().cumulative()),
                        scoredOn()));
        rows.add(
                List.of(
                        "agreement",
                        Shown.percent(comparison().agreement()),
                        "",
                        Shown.count(comparison().examples()) + ", " + comparedOn()));
        return rows;
    }

    private String scoredOn() {
        String labels = Shown.count(prequential().scored()) + " labels";
        return live.samePairs()
                ? labels
                        + ", the same pairs"
                        + (outcome.excludedSamples() > 0 ? " but for the excluded" : "")
                : labels
                        + "; "
                        + plan.live()
                        + ": versions "
                        + live.first()
                        + " to "
                        + live.last()
                        + ", which hold more pairs";
    }

    private String recalls() {
        if (recallRows().isEmpty()) {
            return "";
        }
        TextTable table = new TextTable("recall of class", "samples", plan.live(), plan.as());
        recallRows().forEach(row -> table.row(row.toArray(String[]::new)));
        return System.lineSeparator() + table;
    }

    /** Class, samples, recall of the live model and of the new one. */
    List<List<String>> recallRows() {
        return comparison().recall().stream()
                .map(
                        recall ->
                                List.of(
                                        Integer.toString(recall.label()),
                                        Shown.count(recall.examples()),
                                        Shown.percent(recall.live()),
                                        Shown.percent(recall.fresh())))
                .toList();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }

    /** For a file. Shares are in [0, 1]; null where nothing is known. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", plan.as());
        json.put("liveModel", plan.live());
        json.put("liveVersion", plan.newest().getVersion());
        json.put("versions", outcome.versions());
        json.put("published", published);
        json.put("from", plan.from());
        json.put("to", plan.to());
        json.put("records", outcome.records());
        json.put("pairs", outcome.counters().pairs());
        json.put("corrections", outcome.counters().corrections());
        json.put("gatePairs", outcome.counters().gate());
        json.put("refused", outcome.counters().refused());
        json.put("leftOut", outcome.counters().leftOut());
        json.put("excludedSamples", outcome.excludedSamples());
        json.put("excludedRecords", outcome.excludedRecords());
        json.put("seconds", took.toMillis() / 1e3);
        json.put("weightsSha256", weightsSha256());
        json.put("liveWeightsSha256", liveWeightsSha256());
        json.put("identicalWeights", identical());
        json.put("holdoutAccuracy", heldOut.map(c -> Shown.boxed(c.fresh())).orElse(null));
        json.put("liveHoldoutAccuracy", heldOut.map(c -> Shown.boxed(c.live())).orElse(null));
        json.put("prequentialAccuracy", Shown.boxed(prequential().cumulative()));
        json.put("prequentialScored", prequential().scored());
        json.put("livePrequentialAccuracy", Shown.boxed(live.accuracy()));
        json.put("livePrequentialScored", live.scored());
        json.put("livePrequentialSamePairs", live.samePairs());
        json.put("agreement", Shown.boxed(comparison().agreement()));
        json.put("comparedOn", comparedOn());
        json.put("comparedSamples", comparison().examples());
        json.put("recall", recallsAsJson());
        json.put("configuration", new TreeMap<>(outcome.state().header().configuration()));
        return json;
    }

    private List<Map<String, Object>> recallsAsJson() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Comparison.Recall recall : comparison().recall()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("class", recall.label());
            json.put("samples", recall.examples());
            json.put("recall", Shown.boxed(recall.fresh()));
            json.put("liveRecall", Shown.boxed(recall.live()));
            all.add(json);
        }
        return all;
    }
}
