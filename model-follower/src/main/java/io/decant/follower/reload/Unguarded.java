package io.decant.follower.reload;

import static java.util.stream.Collectors.toSet;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Serves what was verified, at once and for good. <i>Owned by the follower's thread.</i> */
public final class Unguarded implements SwapGuard {
    private final ServingSlot slot;

    public Unguarded(ServingSlot slot) {
        this.slot = slot;
    }

    @Override
    public void serveTrusted(ServingModel model, long bytesReceived, boolean disk) {
        slot.swap(model, bytesReceived, disk);
    }

    @Override
    public void serve(ServingModel model, long bytesReceived) {
        slot.swap(model, bytesReceived, false);
    }

    @Override
    public boolean tries(ServingModel candidate) {
        return false;
    }

    @Override
    public Optional<Verdict> trialVerdict() {
        throw new IllegalStateException("no candidate is tried where there is no guard");
    }

    @Override
    public void giveUpTrial() {}

    @Override
    public boolean tookBack(VersionId id) {
        return false;
    }

    @Override
    public Set<VersionId> held() {
        return slot.current().stream().map(ServingModel::id).collect(toSet());
    }

    @Override
    public List<WayBack> waysBack() {
        return List.of();
    }

    @Override
    public void close() {
        slot.close();
    }
}
