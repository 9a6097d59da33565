package io.decant.cli.demo;

import io.decant.follower.reload.ServingSlot.Swap;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a version costs a gateway that follows. The first swap fetches a whole model, as does the
 * last of a finite stream; neither is a step. <i>Thread-safe: all methods are pure.</i>
 */
final class BytesInStep {
    private BytesInStep() {}

    /** Versions that can be had as deltas. */
    static Set<Long> deltas(List<CheckpointManifest> manifests) {
        return manifests.stream()
                .filter(
                        manifest ->
                                manifest.getForms().stream()
                                        .anyMatch(form -> form.getForm() == FormKind.DELTA))
                .map(CheckpointManifest::getVersion)
                .collect(Collectors.toSet());
    }

    /**
     * Mean bytes for each version, over the swaps to versions that have a delta.
     *
     * @param swaps in order; one may pass several versions over
     * @param deltas versions that can be had as deltas
     * @return empty when there was no such swap
     */
    static OptionalDouble mean(List<Swap> swaps, Set<Long> deltas) {
        long bytes = 0;
        long versions = 0;
        for (int i = 1; i < swaps.size(); i++) {
            Swap swap = swaps.get(i);
            if (deltas.contains(swap.version())) {
                bytes += swap.bytesReceived();
                versions += swap.version() - swaps.get(i - 1).version();
            }
        }
        return versions > 0 ? OptionalDouble.of((double) bytes / versions) : OptionalDouble.empty();
    }
}
