package io.decant.cli;

import io.decant.cli.models.ModelRegister;
import io.decant.cli.models.StoredRecord;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.GateOutcome;
import io.decant.records.GatewayStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What commands show of manifests and gateways. <i>Thread-safe: all methods are pure.</i> */
public final class Manifests {
    private Manifests() {}

    /** Kinds of the forms that there are. */
    static String forms(CheckpointManifest manifest) {
        return manifest.getForms().stream()
                .map(form -> form.getForm().name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" + "));
    }

    /** Of all forms. */
    static long bytes(CheckpointManifest manifest) {
        return manifest.getForms().stream().mapToLong(CheckpointForm::getBytes).sum();
    }

    /** A dash when the gate was not asked. */
    public static String gate(CheckpointManifest manifest) {
        GateOutcome gate = manifest.getGate();
        return gate == GateOutcome.UNKNOWN || gate == GateOutcome.OFF
                ? "-"
                : gate.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** One map for each form. */
    static List<Map<String, Object>> facts(CheckpointManifest manifest) {
        List<Map<String, Object>> forms = new ArrayList<>();
        for (CheckpointForm form : manifest.getForms()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("form", form.getForm().name());
            facts.put("encoding", form.getEncoding().name());
            facts.put("bytes", form.getBytes());
            facts.put("partition", form.getChunks().getPartition());
            facts.put("from", form.getChunks().getFrom());
            facts.put("to", form.getChunks().getTo());
            facts.put("chunks", form.getChunkDigests().stream().map(Shown::hex).toList());
            forms.add(facts);
        }
        return forms;
    }

    /** What operators ordered about a version. */
    static List<String> orders(ModelRegister register, long version) {
        List<String> orders = new ArrayList<>();
        if (register.overridden().isPresent() && register.overridden().getAsLong() == version) {
            orders.add("override");
        }
        if (register.pinned().contains(version)) {
            orders.add("pinned");
        }
        return orders;
    }

    /** The override in force. */
    static Optional<Map<String, Object>> override(ModelRegister register) {
        return register.override()
                .map(StoredRecord::value)
                .filter(order -> order.getVersion() != ModelRegister.NONE)
                .map(
                        order -> {
                            Map<String, Object> facts = new LinkedHashMap<>();
                            facts.put("version", order.getVersion());
                            facts.put("order", order.getSequence());
                            facts.put("author", order.getAuthor());
                            facts.put("reason", order.getReason());
                            facts.put(
                                    "key",
                                    order.getSignatureKeyId().isEmpty()
                                            ? "none"
                                            : order.getSignatureKeyId());
                            return facts;
                        });
    }

    /** One map for each gateway. */
    static List<Map<String, Object>> gateways(ModelRegister register) {
        List<Map<String, Object>> gateways = new ArrayList<>();
        for (GatewayStatus status : register.gateways()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("gateway", status.getGatewayId());
            facts.put("servedVersion", status.getServedVersion());
            facts.put("servingSinceMillis", status.getServingSinceMillis());
            facts.put("candidateVersion", status.getCandidateVersion());
            facts.put("verdict", status.getVerdict().name());
            facts.put("reason", status.getReason());
            facts.put("highestVersion", status.getHighestVersion());
            facts.put("atMillis", status.getAtMillis());
            gateways.add(facts);
        }
        return gateways;
    }
}
