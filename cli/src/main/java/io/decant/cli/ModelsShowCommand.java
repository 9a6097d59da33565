package io.decant.cli;

import io.decant.cli.models.ModelRegister;
import io.decant.cli.models.StoredRecord;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.Span;
import io.decant.trainer.audit.LineageIndex;
import io.decant.trainer.audit.VersionView;
import io.decant.trainer.replay.ModelHistory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code decant models show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description =
                "Shows how a version came to be and how it is published: parent, journal ranges, teachers, settings, seed, engine, digests, metrics, forms, signature.",
        footer = {"", "Example: decant models show 12 --data-dir run --spans"})
final class ModelsShowCommand implements Callable<Integer> {
    @Mixin private ModelOptions options;

    @Mixin private TrustOptions trust;

    @Parameters(paramLabel = "VERSION", description = "Number of the version.")
    private long version;

    @Option(names = "--spans", description = "List each span, in the order of learning.")
    private boolean spans;

    @Override
    public Integer call() {
        return options.on(this::show);
    }

    private int show(Optional<ClusterSettings> cluster, ModelHistory history) {
        Optional<ModelRegister> register =
                cluster.map(where -> RegisterOptions.read(where, history.model()));
        VersionView view =
                VersionView.all(history, ModelsListCommand.live(register)).stream()
                        .filter(each -> each.version() == version)
                        .findFirst()
                        .orElseThrow(() -> unknown(history));
        Optional<String> signature = signature(cluster, view, register);
        Map<String, Object> facts = facts(history, view, register);
        facts.putAll(published(view, register));
        signature.ifPresent(said -> facts.put("signature", said));
        StringBuilder text = new StringBuilder();
        facts.forEach((name, value) -> text(text, name, value));
        if (spans) {
            text.append(System.lineSeparator()).append(spanTable(view));
        }
        Map<String, Object> json = VersionFacts.of(history, view, register);
        json.put("signature", signature.orElse(null));
        options.print(text.toString(), json);
        return 0;
    }

    private CommandFailure unknown(ModelHistory history) {
        long newest =
                Math.max(
                        history.lineage().isEmpty() ? 0 : history.lineage().lastKey(),
                        history.manifests().isEmpty() ? 0 : history.manifests().lastKey());
        return new CommandFailure(
                "model '"
                        + history.model()
                        + "' has no version "
                        + version
                        + (version > newest
                                ? "; the newest is " + newest
                                : " that lineage still knows; it has expired"));
    }

    private static Map<String, Object> facts(
            ModelHistory history, VersionView view, Optional<ModelRegister> register) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("model", history.model());
        facts.put("version", view.version());
        facts.put("parent", view.parent());
        facts.put("published", view.publishedAt().toString());
        facts.put("marks", ModelsListCommand.marks(view, register));
        facts.put("state", state(history, view));
        facts.put(
                "teachers",
                view.manifest()
                        .map(manifest -> (Object) manifest.getTeacherIds())
                        .orElse("not known any more: the manifest is removed"));
        view.lineage().ifPresent(lineage -> learned(facts, lineage));
        facts.put("weights sha256", Shown.hex(VersionFacts.weights(view)));
        facts.put("state sha256", Shown.hex(VersionFacts.state(view)));
        facts.put("metrics", new TreeMap<>(view.metrics()));
        return facts;
    }

    /** What gateways read of the version. */
    private static Map<String, Object> published(
            VersionView view, Optional<ModelRegister> register) {
        Map<String, Object> facts = new LinkedHashMap<>();
        if (view.manifest().isEmpty()) {
            return facts;
        }
        CheckpointManifest manifest = view.manifest().get();
        facts.put("ema sha256", Shown.hex(manifest.getEmaDigest()));
        facts.put("spec sha256", Shown.hex(manifest.getSpecDigest()));
        facts.put("forms", Manifests.facts(manifest));
        facts.put("gate", Manifests.gate(manifest));
        if (!manifest.getGateReason().isEmpty()) {
            facts.put("gate's reason", manifest.getGateReason());
        }
        register.ifPresent(known -> facts.put("served by", known.servedBy(view.version())));
        return facts;
    }

    /** In words; empty where there is no manifest, or no registry to read it as it was signed. */
    private Optional<String> signature(
            Optional<ClusterSettings> cluster, VersionView view, Optional<ModelRegister> register) {
        if (cluster.isEmpty() || view.manifest().isEmpty()) {
            return Optional.empty();
        }
        StoredRecord<CheckpointManifest> stored =
                register.orElseThrow().versions().get(view.version());
        return Optional.ofNullable(stored)
                .map(
                        record ->
                                trust.check(cluster.get())
                                        .of(record, view.manifest().get().getSignatureKeyId()))
                .map(Shown::signature);
    }

    private static String state(ModelHistory history, VersionView view) {
        return switch (VersionFacts.State.of(history, view)) {
            case REMOVED -> "removed";
            case NOT_WRITTEN -> "was not written with this version";
            case AVAILABLE -> "available, in slot " + view.manifest().orElseThrow().getStateSlot();
            case OVERWRITTEN -> "overwritten by a later version";
        };
    }

    private static void learned(Map<String, Object> facts, Lineage lineage) {
        List<String> ranges = new ArrayList<>();
        List<Long> ends = LineageIndex.ends(lineage);
        for (int p = 0; p < ends.size(); p++) {
            int partition = p;
            List<Span> own =
                    lineage.getSpans().stream()
                            .filter(span -> span.getPartition() == partition)
                            .toList();
            ranges.add(
                    own.isEmpty()
                            ? "partition " + p + ": nothing"
                            : "partition "
                                    + p
                                    + ": offsets "
                                    + own.get(0).getFirstOffset()
                                    + " to "
                                    + (ends.get(p) - 1)
                                    + ", "
                                    + Shown.count(own.stream().mapToLong(Span::getRecords).sum())
                                    + " records in "
                                    + own.size()
                                    + (own.size() == 1 ? " span" : " spans"));
        }
        List<String> gaps = new ArrayList<>();
        for (OffsetRange gap : lineage.getGaps()) {
            gaps.add(
                    "partition "
                            + gap.getPartition()
                            + ": offsets "
                            + gap.getFrom()
                            + " to "
                            + (gap.getTo() - 1));
        }
        facts.put("journal", ranges);
        facts.put("spans", lineage.getSpans().size());
        facts.put("gaps", gaps);
        facts.put("borders", lineage.getBorders().size());
        facts.put("seed", lineage.getSeed());
        facts.put("engine", lineage.getEngine());
        facts.put("cpu capability", lineage.getCpuCapability());
        facts.put("threads", lineage.getThreads());
        facts.put("settings", new TreeMap<>(lineage.getConfiguration()));
    }

    private static void text(StringBuilder text, String name, Object value) {
        String head = String.format("%-16s", name);
        if (value instanceof Map<?, ?> map) {
            text.append(name).append(System.lineSeparator());
            map.forEach(
                    (key, each) ->
                            text.append("  ")
                                    .append(key)
                                    .append(": ")
                                    .append(each)
                                    .append(System.lineSeparator()));
        } else if (value instanceof List<?> list) {
            List<?> shown = list.isEmpty() ? List.of("none") : list;
            for (int i = 0; i < shown.size(); i++) {
                text.append(i == 0 ? head : " ".repeat(head.length()))
                        .append(inline(shown.get(i)))
                        .append(System.lineSeparator());
            }
        } else {
            text.append(head).append(value).append(System.lineSeparator());
        }
    }

    private static Object inline(Object value) {
        return value instanceof Map<?, ?> map
                ? map.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "))
                : value;
    }

    private static String spanTable(VersionView view) {
        TextTable table =
                new TextTable("partition", "first offset", "last offset", "records", "sha256");
        view.lineage()
                .map(Lineage::getSpans)
                .orElse(List.of())
                .forEach(
                        span ->
                                table.row(
                                        Integer.toString(span.getPartition()),
                                        Long.toString(span.getFirstOffset()),
                                        Long.toString(span.getLastOffset()),
                                        Shown.count(span.getRecords()),
                                        Shown.hex(span.getHash())));
        return table.toString();
    }
}
