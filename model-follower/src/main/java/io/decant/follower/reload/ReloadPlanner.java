package io.decant.follower.reload;

import io.decant.follower.registry.ManifestRecord;
import io.decant.follower.registry.RegistryView;
import io.decant.follower.registry.RegistryView.Wanted;
import io.decant.model.checkpoint.WeightsRoute;
import io.decant.model.checkpoint.WeightsRoute.Forms;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.records.OffsetRange;
import io.decant.records.WeightEncoding;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides what to do about the wanted version, and by which forms it is obtained with the fewest
 * bytes. A manifest that cannot be used is a {@link ReloadPlan.Reject}, never an error: it came
 * from a topic. <i>Immutable.</i>
 *
 * @param partition the model's partition; chunks anywhere else are refused
 * @param maxModelBytes largest form that is fetched
 */
public record ReloadPlanner(int partition, long maxModelBytes) {
    private static final int DIGEST_BYTES = 32;

    /** Decides. */
    public ReloadPlan plan(Standing standing, RegistryView view) {
        Optional<Wanted> asked = view.wanted(standing.seen());
        if (asked.isEmpty()) {
            return view.whole() ? new ReloadPlan.Keep() : new ReloadPlan.ReadOlder();
        }
        Wanted wanted = asked.get();
        Optional<ManifestRecord> found = view.manifest(wanted.version());
        if (found.isEmpty()) {
            return absent(wanted, standing, view);
        }
        VersionId id = VersionId.of(found.get().manifest());
        if (standing.serving().filter(id::equals).isPresent()
                || standing.refused()
                        .filter(new Standing.Refusal(id, wanted)::equals)
                        .isPresent()) {
            return new ReloadPlan.Keep();
        }
        return undercut(id, wanted, standing.seen())
                .or(() -> malformed(found.get().manifest()))
                .<ReloadPlan>map(reason -> new ReloadPlan.Reject(id, wanted, reason))
                .orElseGet(() -> route(id, wanted, found.get(), standing, view));
    }

    /** A manifest that was removed takes nothing away from what is served. */
    private static ReloadPlan absent(Wanted wanted, Standing standing, RegistryView view) {
        VersionId missing = VersionId.missing(wanted.version());
        boolean served =
                standing.serving().filter(id -> id.version() == wanted.version()).isPresent();
        if (served
                || standing.refused()
                        .filter(new Standing.Refusal(missing, wanted)::equals)
                        .isPresent()) {
            return new ReloadPlan.Keep();
        }
        return view.whole()
                ? new ReloadPlan.Reject(
                        missing,
                        wanted,
                        wanted.by()
                                + " asks for version "
                                + wanted.version()
                                + ", which the registry does not hold")
                : new ReloadPlan.ReadOlder();
    }

    private static Optional<String> undercut(VersionId id, Wanted wanted, HighestSeen seen) {
        if (wanted.ordered()) {
            return Optional.empty();
        }
        String onlyOrdered =
                "; only an operator's order goes back (decant models promote or rollback)";
        if (wanted.sequence() < seen.liveSequence()) {
            return Optional.of(
                    wanted.by()
                            + " has sequence "
                            + wanted.sequence()
                            + ", and sequence "
                            + seen.liveSequence()
                            + " was seen here"
                            + onlyOrdered);
        }
        if (id.version() < seen.versionNumber()) {
            return Optional.of(
                    wanted.by()
                            + " asks for version "
                            + id.version()
                            + ", and version "
                            + seen.versionNumber()
                            + " was verified here"
                            + onlyOrdered);
        }
        return seen.version()
                .filter(highest -> highest.version() == id.version() && !highest.equals(id))
                .map(
                        highest ->
                                "version "
                                        + id.version()
                                        + " was verified here with other weights; two trainers may publish one model"
                                        + onlyOrdered);
    }

    private static Optional<String> malformed(CheckpointManifest manifest) {
        return manifest.getVersion() < 1
                        || manifest.getSpecDigest().remaining() != DIGEST_BYTES
                        || manifest.getWeightsDigest().remaining() != DIGEST_BYTES
                ? Optional.of(
                        "the manifest's digests must be SHA-256 and its version at least 1; it was not written by a Decant trainer")
                : Optional.empty();
    }

    private ReloadPlan route(
            VersionId id,
            Wanted wanted,
            ManifestRecord manifest,
            Standing standing,
            RegistryView view) {
        Map<Long, Forms> known = new HashMap<>();
        view.manifests().values().forEach(each -> known.put(each.version(), forms(each, standing)));
        OptionalLong head = head(standing, view);
        Optional<WeightsRoute> found = WeightsRoute.to(wanted.version(), head, known);
        if (!view.whole()
                && (found.isEmpty()
                        || headMayBeNearer(found.get(), head, wanted.version(), known))) {
            return new ReloadPlan.ReadOlder();
        }
        if (found.isEmpty()) {
            return new ReloadPlan.Reject(id, wanted, noRoute(manifest, standing));
        }
        WeightsRoute route = found.get();
        List<ReloadPlan.Step> steps = new ArrayList<>();
        route.anchor().ifPresent(version -> steps.add(step(view, version, FormKind.ANCHOR)));
        route.deltas().forEach(version -> steps.add(step(view, version, FormKind.DELTA)));
        return new ReloadPlan.Load(id, wanted, manifest, route.anchor().isEmpty(), steps);
    }

    /** The head, unless a model was begun anew and its versions are others. */
    private static OptionalLong head(Standing standing, RegistryView view) {
        return standing.head()
                .filter(
                        head ->
                                view.manifest(head.version())
                                        .map(record -> VersionId.of(record.manifest()))
                                        .filter(known -> !known.equals(head))
                                        .isEmpty())
                .map(head -> OptionalLong.of(head.version()))
                .orElse(OptionalLong.empty());
    }

    /**
     * Whether manifests that were not read may show a way from the head with fewer bytes, judged by
     * the mean of the deltas that are known.
     */
    private static boolean headMayBeNearer(
            WeightsRoute route, OptionalLong head, long wanted, Map<Long, Forms> known) {
        if (route.anchor().isEmpty() || head.isEmpty() || head.getAsLong() >= wanted) {
            return false;
        }
        long bytes = 0;
        long version = wanted;
        for (Forms forms = known.get(version); forms != null; forms = known.get(version)) {
            boolean ends = forms.deltaBytes().isEmpty() || forms.parent() >= version;
            if (ends || version <= head.getAsLong()) {
                return false;
            }
            bytes += forms.deltaBytes().getAsLong();
            version = forms.parent();
        }
        long steps = wanted - version;
        return version > head.getAsLong()
                && steps > 0
                && bytes / steps * (wanted - head.getAsLong()) < route.bytes();
    }

    private static ReloadPlan.Step step(RegistryView view, long version, FormKind kind) {
        ManifestRecord record = view.manifest(version).orElseThrow();
        return new ReloadPlan.Step(record, form(record, kind).orElseThrow());
    }

    private Forms forms(ManifestRecord record, Standing standing) {
        return new Forms(
                record.manifest().getParentVersion(),
                bytes(record, FormKind.ANCHOR, standing),
                bytes(record, FormKind.DELTA, standing));
    }

    private OptionalLong bytes(ManifestRecord record, FormKind kind, Standing standing) {
        FormId id = new FormId(VersionId.of(record.manifest()), kind);
        return form(record, kind)
                .filter(form -> !standing.broken().contains(id) && problem(form).isEmpty())
                .map(form -> OptionalLong.of(form.getBytes()))
                .orElse(OptionalLong.empty());
    }

    private static Optional<CheckpointForm> form(ManifestRecord record, FormKind kind) {
        return record.manifest().getForms().stream()
                .filter(form -> form.getForm() == kind)
                .findFirst();
    }

    private String noRoute(ManifestRecord record, Standing standing) {
        CheckpointManifest manifest = record.manifest();
        List<String> problems = new ArrayList<>();
        for (CheckpointForm form : manifest.getForms()) {
            problem(form).ifPresent(problems::add);
        }
        return problems.isEmpty()
                ? "no unbroken way leads to its weights: neither an anchor with the deltas after it nor deltas from "
                        + standing.head()
                                .map(head -> "version " + head.version() + ", which is here")
                                .orElse("a version that is here")
                        + "; the next anchor will do"
                : String.join("; ", problems);
    }

    private Optional<String> problem(CheckpointForm form) {
        boolean anchor = form.getForm() == FormKind.ANCHOR;
        if (!anchor && form.getForm() != FormKind.DELTA
                || form.getEncoding() == WeightEncoding.UNKNOWN) {
            return Optional.of(
                    "it is offered as "
                            + form.getForm()
                            + "/"
                            + form.getEncoding()
                            + ", which cannot be read here; update this program");
        }
        String name = anchor ? "its anchor" : "its delta";
        OffsetRange range = form.getChunks();
        List<ByteBuffer> digests = form.getChunkDigests();
        if (range.getPartition() != partition) {
            return Optional.of(
                    name
                            + "'s chunks are in partition "
                            + range.getPartition()
                            + "; expected the model's partition "
                            + partition);
        }
        if (form.getBytes() < 1 || form.getBytes() > maxModelBytes) {
            return Optional.of(
                    name
                            + " has "
                            + form.getBytes()
                            + " bytes; expected 1 to reload.max-model-bytes = "
                            + maxModelBytes);
        }
        if (range.getFrom() < 0 || range.getTo() - range.getFrom() < digests.size()) {
            return Optional.of(
                    name
                            + "'s chunks are at offsets "
                            + range.getFrom()
                            + " to "
                            + range.getTo()
                            + ", which cannot hold "
                            + digests.size()
                            + " chunks");
        }
        if (digests.isEmpty() || digests.stream().anyMatch(d -> d.remaining() != DIGEST_BYTES)) {
            return Optional.of(name + "'s chunk digests must be SHA-256, at least one");
        }
        return Optional.empty();
    }
}
