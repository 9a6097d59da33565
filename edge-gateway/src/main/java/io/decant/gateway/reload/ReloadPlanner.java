package io.decant.gateway.reload;

import io.decant.gateway.registry.RegistryView;
import io.decant.gateway.registry.RegistryView.Wanted;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.records.OffsetRange;
import io.decant.records.WeightEncoding;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides what to do about the wanted version. A manifest that cannot be used is a {@link
 * ReloadPlan.Reject}, never an error: it came from a topic. <i>Immutable.</i>
 *
 * @param partition the model's partition; chunks anywhere else are refused
 * @param maxModelBytes largest form that is fetched
 */
public record ReloadPlanner(int partition, long maxModelBytes) {
    private static final int DIGEST_BYTES = 32;

    /**
     * Decides.
     *
     * @param serving what is served now
     * @param refused the last candidate that was refused; it is not tried again
     */
    public ReloadPlan plan(
            Optional<VersionId> serving, Optional<VersionId> refused, RegistryView view) {
        Optional<Wanted> asked = view.wanted();
        if (asked.isEmpty()) {
            return new ReloadPlan.Keep();
        }
        Wanted wanted = asked.get();
        Optional<CheckpointManifest> found = view.manifest(wanted.version());
        VersionId id = found.map(VersionId::of).orElse(VersionId.missing(wanted.version()));
        if (serving.filter(id::equals).isPresent() || refused.filter(id::equals).isPresent()) {
            return new ReloadPlan.Keep();
        }
        return found.map(manifest -> judge(id, manifest))
                .orElseGet(
                        () ->
                                new ReloadPlan.Reject(
                                        id,
                                        wanted.by()
                                                + " asks for version "
                                                + wanted.version()
                                                + ", which the registry does not hold"));
    }

    private ReloadPlan judge(VersionId id, CheckpointManifest manifest) {
        if (id.version() < 1
                || manifest.getSpecDigest().remaining() != DIGEST_BYTES
                || manifest.getWeightsDigest().remaining() != DIGEST_BYTES) {
            return new ReloadPlan.Reject(
                    id,
                    "the manifest's digests must be SHA-256 and its version at least 1; it was not written by a Decant trainer");
        }
        for (CheckpointForm form : manifest.getForms()) {
            if (form.getForm() == FormKind.ANCHOR && form.getEncoding() == WeightEncoding.F32) {
                return problem(form)
                        .<ReloadPlan>map(reason -> new ReloadPlan.Reject(id, reason))
                        .orElseGet(() -> new ReloadPlan.Load(id, manifest, form));
            }
        }
        String offered =
                manifest.getForms().stream()
                        .map(form -> form.getForm() + "/" + form.getEncoding())
                        .collect(Collectors.joining(", "));
        return new ReloadPlan.Reject(
                id,
                "no form of it can be read here: it is offered as ["
                        + offered
                        + "], expected ANCHOR/F32; update this gateway or publish anchors in F32");
    }

    private Optional<String> problem(CheckpointForm form) {
        OffsetRange range = form.getChunks();
        List<ByteBuffer> digests = form.getChunkDigests();
        if (range.getPartition() != partition) {
            return Optional.of(
                    "its chunks are in partition "
                            + range.getPartition()
                            + "; expected the model's partition "
                            + partition);
        }
        if (form.getBytes() < 1 || form.getBytes() > maxModelBytes) {
            return Optional.of(
                    "its anchor has "
                            + form.getBytes()
                            + " bytes; expected 1 to reload.max-model-bytes = "
                            + maxModelBytes);
        }
        if (range.getFrom() < 0 || range.getTo() - range.getFrom() < digests.size()) {
            return Optional.of(
                    "its chunks are at offsets "
                            + range.getFrom()
                            + " to "
                            + range.getTo()
                            + ", which cannot hold "
                            + digests.size()
                            + " chunks");
        }
        if (digests.isEmpty() || digests.stream().anyMatch(d -> d.remaining() != DIGEST_BYTES)) {
            return Optional.of("its chunk digests must be SHA-256, at least one");
        }
        return Optional.empty();
    }
}
