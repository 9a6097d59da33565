package io.decant.cli;

import io.decant.cli.models.ModelRegister;
import io.decant.cli.models.ServiceOrders;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.GatewayStatus;
import io.decant.trainer.audit.VersionView;
import io.decant.trainer.replay.ModelHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code decant models list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description =
                "Lists the newest versions of a model, also those whose weights are removed, and what gateways serve.",
        footer = {"", "Example: decant models list --data-dir run --model student"})
final class ModelsListCommand implements Callable<Integer> {
    private static final String ACCURACY = "prequential_accuracy_student";
    private static final String SLIDING = "prequential_accuracy_sliding_student";
    private static final String PAIRS = "pairs_learned";

    @Mixin private ModelOptions options;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "Most versions that are listed, the newest; default: ${DEFAULT-VALUE}.")
    private int limit;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--limit must be at least 1, was " + limit);
        }
        return options.on(this::list);
    }

    private int list(Optional<ClusterSettings> cluster, ModelHistory history) {
        Optional<ModelRegister> register =
                cluster.map(where -> RegisterOptions.read(where, history.model()));
        List<VersionView> all = VersionView.all(history, live(register));
        List<VersionView> shown = all.subList(Math.max(0, all.size() - limit), all.size());
        TextTable table =
                new TextTable(
                        "version",
                        "age",
                        "pairs in all",
                        "forms",
                        "bytes",
                        "gate",
                        "prequential",
                        "last 1,000",
                        "signed by",
                        "served by",
                        "marks");
        List<Map<String, Object>> versions = new ArrayList<>();
        Instant now = Instant.now();
        for (VersionView view : shown) {
            Optional<CheckpointManifest> manifest = view.manifest();
            Double pairs = view.metrics().get(PAIRS);
            table.row(
                    Long.toString(view.version()),
                    Shown.age(view.publishedAt(), now),
                    pairs == null ? "-" : Shown.count(pairs.longValue()),
                    manifest.map(Manifests::forms).orElse("-"),
                    manifest.map(known -> Shown.count(Manifests.bytes(known))).orElse("-"),
                    manifest.map(Manifests::gate).orElse("-"),
                    Shown.percent(view.metrics().get(ACCURACY)),
                    Shown.percent(view.metrics().get(SLIDING)),
                    manifest.map(CheckpointManifest::getSignatureKeyId)
                            .filter(id -> !id.isEmpty())
                            .orElse("-"),
                    few(servedBy(register, view)),
                    marks(view, register));
            versions.add(json(view, register));
        }
        Map<String, Control> paused =
                cluster.map(where -> ServiceOrders.paused(where, HistoryOptions.PATIENCE))
                        .orElse(Map.of());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", history.model());
        json.put("paused", paused.keySet());
        json.put("versions", versions);
        json.put("override", register.flatMap(Manifests::override).orElse(null));
        json.put("gateways", register.map(Manifests::gateways).orElse(List.of()));
        String older =
                shown.size() == all.size()
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "  %,d older versions; --limit %d shows all%n",
                                all.size() - shown.size(),
                                all.size());
        options.print(
                older
                        + table
                        + register.flatMap(Manifests::override)
                                .map(order -> String.format("%noverride %s%n", inline(order)))
                                .orElse("")
                        + paused.entrySet().stream()
                                .map(
                                        one ->
                                                String.format(
                                                        "%n%s is %s%n",
                                                        one.getKey(),
                                                        PauseOptions.paused(one.getValue())))
                                .collect(Collectors.joining())
                        + register.map(known -> gateways(known, now)).orElse(""),
                json);
        return 0;
    }

    /** The version that {@code @live} names; an exported journal does not know. */
    static OptionalLong live(Optional<ModelRegister> register) {
        return register.map(ModelRegister::liveVersion).orElse(OptionalLong.empty());
    }

    private static List<String> servedBy(Optional<ModelRegister> register, VersionView view) {
        return register.map(known -> known.servedBy(view.version())).orElse(List.of());
    }

    private static String few(List<String> names) {
        if (names.isEmpty()) {
            return "-";
        }
        return names.size() > 2 ? names.size() + " gateways" : String.join(", ", names);
    }

    /** What is special about a version, by its history and by operators' orders. */
    static String marks(VersionView view, Optional<ModelRegister> register) {
        Stream<String> own =
                view.marks().stream()
                        .sorted()
                        .map(mark -> mark.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        Stream<String> ordered =
                register
                        .map(known -> Manifests.orders(known, view.version()))
                        .orElse(List.of())
                        .stream();
        return Stream.concat(own, ordered).collect(Collectors.joining(", "));
    }

    private static String inline(Map<String, Object> facts) {
        return facts.entrySet().stream()
                .map(fact -> fact.getKey() + " " + fact.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String gateways(ModelRegister register, Instant now) {
        if (register.gateways().isEmpty()) {
            return "";
        }
        TextTable table =
                new TextTable("gateway", "serves", "since", "last candidate", "verdict", "reason");
        for (GatewayStatus gateway : register.gateways()) {
            boolean serves = gateway.getServedVersion() != 0;
            table.row(
                    gateway.getGatewayId(),
                    serves ? Long.toString(gateway.getServedVersion()) : "-",
                    serves
                            ? Shown.age(Instant.ofEpochMilli(gateway.getServingSinceMillis()), now)
                            : "-",
                    Long.toString(gateway.getCandidateVersion()),
                    gateway.getVerdict().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    gateway.getReason());
        }
        return System.lineSeparator() + table;
    }

    private static Map<String, Object> json(VersionView view, Optional<ModelRegister> register) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", view.version());
        json.put("parent", view.parent());
        json.put("records", view.records().isPresent() ? view.records().getAsLong() : null);
        json.put("pairs", view.metrics().get(PAIRS));
        json.put("publishedAt", view.publishedAt().toString());
        json.put("forms", view.manifest().map(Manifests::facts).orElse(List.of()));
        json.put("gate", view.manifest().map(known -> known.getGate().name()).orElse(null));
        json.put("gateReason", view.manifest().map(CheckpointManifest::getGateReason).orElse(null));
        json.put(
                "signedBy",
                view.manifest().map(CheckpointManifest::getSignatureKeyId).orElse(null));
        json.put("prequentialAccuracy", view.metrics().get(ACCURACY));
        json.put("prequentialAccuracySliding", view.metrics().get(SLIDING));
        json.put("servedBy", servedBy(register, view));
        json.put("marks", markNames(view, register));
        return json;
    }

    /** As {@link #marks}, for programs. */
    static List<String> markNames(VersionView view, Optional<ModelRegister> register) {
        List<String> marks =
                new ArrayList<>(view.marks().stream().sorted().map(Enum::name).toList());
        register.ifPresent(
                known ->
                        Manifests.orders(known, view.version())
                                .forEach(mark -> marks.add(mark.toUpperCase(Locale.ROOT))));
        return marks;
    }
}
