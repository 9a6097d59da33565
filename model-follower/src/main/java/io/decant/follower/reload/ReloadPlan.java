package io.decant.follower.reload;

import io.decant.follower.registry.ManifestRecord;
import io.decant.follower.registry.RegistryView.Wanted;
import io.decant.records.CheckpointForm;
import java.util.List;

/** What to do about the version that should be served. <i>Immutable.</i> */
public sealed interface ReloadPlan {
    /** Nothing: it is served already, was refused already, or no version is named yet. */
    record Keep() implements ReloadPlan {}

    /** Read more of the registry, and ask again: what is known does not suffice. */
    record ReadOlder() implements ReloadPlan {}

    /**
     * Fetch the steps, verify, and swap.
     *
     * @param fromHead whether the first step adds to the chain's head; otherwise it is an anchor
     * @param steps forms in order; none when the head is the version already
     */
    record Load(
            VersionId id,
            Wanted wanted,
            ManifestRecord manifest,
            boolean fromHead,
            List<Step> steps)
            implements ReloadPlan {
        public Load {
            steps = List.copyOf(steps);
        }
    }

    /** Never fetch it. */
    record Reject(VersionId id, Wanted wanted, String reason) implements ReloadPlan {}

    /** One form of one version on the way to the wanted one. */
    record Step(ManifestRecord manifest, CheckpointForm form) {
        public VersionId id() {
            return VersionId.of(manifest.manifest());
        }
    }
}
