package io.decant.cli;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.trainer.audit.VersionView;
import io.decant.trainer.recover.ModelRecords;
import io.decant.trainer.replay.ModelHistory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code decant models list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the versions of a model, also those whose weights are removed.",
        footer = {"", "Example: decant models list --data-dir run --model student"})
final class ModelsListCommand implements Callable<Integer> {
    private static final String ACCURACY = "prequential_accuracy_student";
    private static final String SLIDING = "prequential_accuracy_sliding_student";
    private static final String PAIRS = "pairs_learned";

    @Mixin private ModelOptions options;

    @Override
    public Integer call() {
        return options.on(this::list);
    }

    private int list(Optional<ClusterSettings> cluster, ModelHistory history) {
        List<VersionView> versions = VersionView.all(history, live(cluster, history.model()));
        TextTable table =
                new TextTable(
                        "version",
                        "parent",
                        "records",
                        "pairs in all",
                        "published",
                        "prequential",
                        "last 1,000",
                        "marks");
        List<Map<String, Object>> json = new ArrayList<>();
        for (VersionView view : versions) {
            Double pairs = view.metrics().get(PAIRS);
            table.row(
                    Long.toString(view.version()),
                    Long.toString(view.parent()),
                    view.records().isPresent() ? Shown.count(view.records().getAsLong()) : "-",
                    pairs == null ? "-" : Shown.count(pairs.longValue()),
                    Shown.time(view.publishedAt()),
                    Shown.percent(view.metrics().get(ACCURACY)),
                    Shown.percent(view.metrics().get(SLIDING)),
                    marks(view));
            json.add(json(view));
        }
        options.print(table.toString(), json);
        return 0;
    }

    /** The version that gateways are told to serve; an exported journal does not know. */
    static OptionalLong live(Optional<ClusterSettings> cluster, String model) {
        if (cluster.isEmpty()) {
            return OptionalLong.empty();
        }
        try (ModelRecords records =
                new ModelRecords(
                        cluster.get(), model, InstantSource.system(), HistoryOptions.PATIENCE)) {
            return records.live();
        }
    }

    static String marks(VersionView view) {
        return view.marks().stream()
                .sorted()
                .map(mark -> mark.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .collect(Collectors.joining(", "));
    }

    private static Map<String, Object> json(VersionView view) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", view.version());
        json.put("parent", view.parent());
        json.put("records", view.records().isPresent() ? view.records().getAsLong() : null);
        json.put("pairs", view.metrics().get(PAIRS));
        json.put("publishedAt", view.publishedAt().toString());
        json.put("prequentialAccuracy", view.metrics().get(ACCURACY));
        json.put("prequentialAccuracySliding", view.metrics().get(SLIDING));
        json.put("marks", view.marks().stream().sorted().map(Enum::name).toList());
        return json;
    }
}
