package io.decant.gateway.reload;

import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;

/** What to do about the version that should be served. <i>Immutable.</i> */
public sealed interface ReloadPlan {
    /** Nothing: it is served already, was refused already, or no version is named yet. */
    record Keep() implements ReloadPlan {}

    /** Fetch the chunks of {@code form}, verify, and swap. */
    record Load(VersionId id, CheckpointManifest manifest, CheckpointForm form)
            implements ReloadPlan {}

    /** Never fetch it. */
    record Reject(VersionId id, String reason) implements ReloadPlan {}
}
