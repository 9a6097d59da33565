package io.decant.cli;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.trainer.audit.Blame;
import io.decant.trainer.audit.LineageIndex;
import io.decant.trainer.audit.Placement;
import io.decant.trainer.audit.SampleSearch;
import io.decant.trainer.audit.Trace;
import io.decant.trainer.replay.ModelHistory;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code decant models blame}. */
@Command(
        name = "blame",
        mixinStandardHelpOptions = true,
        description =
                "Tells which versions first contained a sample, by soft target, by label or by both.",
        footer = {"", "Example: decant models blame --sample s1-42 --data-dir run"})
final class ModelsBlameCommand implements Callable<Integer> {
    @Mixin private ModelOptions options;

    @Option(
            names = "--sample",
            required = true,
            paramLabel = "ID",
            description = "Id of the sample.")
    private String sample;

    @Override
    public Integer call() {
        return options.on(this::blame);
    }

    private int blame(Optional<ClusterSettings> cluster, ModelHistory history) {
        LineageIndex index = new LineageIndex(history.lineage(), history.journalTopicId());
        ClusterSettings where =
                cluster.orElseThrow(
                        () ->
                                new CommandFailure(
                                        "blame reads the journal of a cluster (-c, --bootstrap or --data-dir); an exported one is not searched"));
        SampleSearch.Found found =
                new SampleSearch(where, index, InstantSource.system(), HistoryOptions.PATIENCE)
                        .find(sample);
        if (found.traces().isEmpty()) {
            throw new CommandFailure(Blame.absent(sample, found.partition(), found.beginning()));
        }
        Blame blame = Blame.of(found.traces());
        TextTable table =
                new TextTable("offset", "appended", "kind", "teachers", "label", "version", "use");
        List<Map<String, Object>> records = new ArrayList<>();
        for (Trace trace : found.traces()) {
            String time = Shown.time(Instant.ofEpochMilli(trace.timestampMillis()));
            String version =
                    trace.placement() instanceof Placement.InVersion in
                            ? Long.toString(in.version())
                            : "-";
            table.row(
                    Long.toString(trace.offset()),
                    time,
                    trace.kind().isEmpty() ? "unreadable" : trace.kind(),
                    String.join(", ", trace.teachers()),
                    trace.label(),
                    version,
                    use(trace));
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("offset", trace.offset());
            json.put("appended", time);
            json.put("kind", trace.kind());
            json.put("teachers", trace.teachers());
            json.put("label", trace.label());
            json.put(
                    "version",
                    trace.placement() instanceof Placement.InVersion in ? in.version() : null);
            json.put("use", use(trace));
            records.add(json);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", history.model());
        json.put("sample", sample);
        json.put("partition", found.partition());
        json.put("firstBySoftTarget", number(blame.softTarget()));
        json.put("firstByLabel", number(blame.label()));
        json.put("verdict", blame.verdict());
        json.put("records", records);
        options.print(
                String.format(
                        "sample %s, journal partition %d%n%s%s: %s%n",
                        sample, found.partition(), table, history.model(), blame.verdict()),
                json);
        return 0;
    }

    private static Long number(OptionalLong version) {
        return version.isPresent() ? Long.valueOf(version.getAsLong()) : null;
    }

    private static String use(Trace trace) {
        if (trace.use() instanceof Trace.Use.Learned learned) {
            return learned.softTarget() && learned.label()
                    ? "learned, soft target and label"
                    : learned.softTarget() ? "learned, soft target" : "learned, label";
        } else if (trace.use() instanceof Trace.Use.Refused) {
            return "refused";
        } else if (trace.use() instanceof Trace.Use.HeldOut) {
            return "held out";
        } else if (trace.use() instanceof Trace.Use.FilteredOut) {
            return "filtered out";
        } else if (trace.use() instanceof Trace.Use.Excluded) {
            return "excluded";
        }
        return "not learned";
    }
}
