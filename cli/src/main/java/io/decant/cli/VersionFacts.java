package io.decant.cli;

import io.decant.cli.models.ModelRegister;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.Span;
import io.decant.trainer.audit.VersionView;
import io.decant.trainer.replay.ModelHistory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What {@code models show --json} says of a version; the names are public. What the manifest said
 * is null once that is removed; what lineage says is left out once that has expired.
 * <i>Thread-safe: all methods are pure.</i>
 */
final class VersionFacts {
    private VersionFacts() {}

    /** What has become of a version's state. */
    enum State {
        AVAILABLE,
        NOT_WRITTEN,
        OVERWRITTEN,
        REMOVED;

        static State of(ModelHistory history, VersionView view) {
            if (view.manifest().isEmpty()) {
                return REMOVED;
            } else if (view.manifest().get().getStateSlot().isEmpty()) {
                return NOT_WRITTEN;
            }
            return history.state(view.version()).isPresent() ? AVAILABLE : OVERWRITTEN;
        }
    }

    /** All facts but the signature, which needs trusted keys. */
    static Map<String, Object> of(
            ModelHistory history, VersionView view, Optional<ModelRegister> register) {
        Optional<CheckpointManifest> manifest = view.manifest();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("model", history.model());
        facts.put("version", view.version());
        facts.put("parent", view.parent());
        facts.put("publishedAt", view.publishedAt().toString());
        facts.put("marks", ModelsListCommand.markNames(view, register));
        facts.put("state", State.of(history, view).name());
        facts.put("teachers", manifest.map(CheckpointManifest::getTeacherIds).orElse(null));
        facts.put("weightsSha256", hex(weights(view)));
        facts.put("stateSha256", hex(state(view)));
        facts.put("emaSha256", manifest.map(m -> hex(m.getEmaDigest())).orElse(null));
        facts.put("specSha256", manifest.map(m -> hex(m.getSpecDigest())).orElse(null));
        facts.put("forms", manifest.map(Manifests::facts).orElse(List.of()));
        facts.put("gate", manifest.map(m -> m.getGate().name()).orElse(null));
        facts.put("gateReason", manifest.map(CheckpointManifest::getGateReason).orElse(null));
        facts.put("servedBy", register.map(r -> r.servedBy(view.version())).orElse(List.of()));
        facts.put("metrics", new TreeMap<>(view.metrics()));
        view.lineage().ifPresent(lineage -> learned(facts, lineage));
        return facts;
    }

    /** Digest of the version's weights, from whichever record is still there. */
    static ByteBuffer weights(VersionView view) {
        return either(view, Lineage::getWeightsDigest, CheckpointManifest::getWeightsDigest);
    }

    /** Digest of the trainer's state at the version. */
    static ByteBuffer state(VersionView view) {
        return either(view, Lineage::getStateDigest, CheckpointManifest::getStateDigest);
    }

    private static ByteBuffer either(
            VersionView view,
            Function<Lineage, ByteBuffer> ofLineage,
            Function<CheckpointManifest, ByteBuffer> ofManifest) {
        return view.lineage()
                .map(ofLineage)
                .or(() -> view.manifest().map(ofManifest))
                .orElseThrow(() -> new IllegalStateException("a version has one of the two"));
    }

    private static void learned(Map<String, Object> facts, Lineage lineage) {
        facts.put("journal", journal(lineage));
        facts.put("gaps", lineage.getGaps().stream().map(VersionFacts::gap).toList());
        facts.put("spans", lineage.getSpans().size());
        facts.put("borders", lineage.getBorders().size());
        facts.put("seed", lineage.getSeed());
        facts.put("engine", lineage.getEngine());
        facts.put("cpuCapability", lineage.getCpuCapability());
        facts.put("threads", lineage.getThreads());
        facts.put("settings", new TreeMap<>(lineage.getConfiguration()));
    }

    /** One entry for each partition that the version learned from. */
    private static List<Map<String, Object>> journal(Lineage lineage) {
        Map<Integer, List<Span>> byPartition =
                lineage.getSpans().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Span::getPartition, TreeMap::new, Collectors.toList()));
        List<Map<String, Object>> journal = new ArrayList<>();
        byPartition.forEach(
                (partition, spans) -> {
                    Map<String, Object> facts = new LinkedHashMap<>();
                    facts.put("partition", partition);
                    facts.put("firstOffset", spans.get(0).getFirstOffset());
                    facts.put("lastOffset", spans.get(spans.size() - 1).getLastOffset());
                    facts.put("records", spans.stream().mapToLong(Span::getRecords).sum());
                    facts.put("spans", spans.size());
                    journal.add(facts);
                });
        return journal;
    }

    private static Map<String, Object> gap(OffsetRange gap) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("partition", gap.getPartition());
        facts.put("firstOffset", gap.getFrom());
        facts.put("lastOffset", gap.getTo() - 1);
        return facts;
    }

    private static String hex(ByteBuffer bytes) {
        return Shown.hex(bytes);
    }
}
