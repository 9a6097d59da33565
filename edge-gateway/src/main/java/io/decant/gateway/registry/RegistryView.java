package io.decant.gateway.registry;

import io.decant.records.CheckpointManifest;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of one model: its manifests, {@code @live} and {@code @override}. Pure. Bounded:
 * beyond {@code capacity} manifests the oldest that nobody points to is forgotten. <i>Owned by the
 * follower's thread.</i>
 */
public final class RegistryView {
    private final int capacity;
    private final TreeMap<Long, CheckpointManifest> manifests = new TreeMap<>();
    private Pointer live = Pointer.NONE;
    private Pointer override = Pointer.NONE;

    /** Where an alias points; version 0 is nowhere. */
    private record Pointer(long version, long sequence) {
        static final Pointer NONE = new Pointer(0, Long.MIN_VALUE);

        /** An old record that is delivered late does not turn the pointer back. */
        Pointer moved(long version, long sequence) {
            return sequence < this.sequence ? this : new Pointer(version, sequence);
        }
    }

    /**
     * The version that should be served.
     *
     * @param by who says so: {@code @override} or {@code @live}
     */
    public record Wanted(long version, String by) {}

    /**
     * Makes an empty view.
     *
     * @param capacity most manifests remembered, at least 2
     */
    public RegistryView(int capacity) {
        this.capacity = capacity;
    }

    /** Takes a change in. */
    public void apply(RegistryEvent event) {
        if (event instanceof RegistryEvent.VersionPublished published) {
            manifests.put(published.manifest().getVersion(), published.manifest());
        } else if (event instanceof RegistryEvent.VersionRemoved removed) {
            manifests.remove(removed.version());
        } else if (event instanceof RegistryEvent.LiveSet set) {
            live = live.moved(set.version(), set.sequence());
        } else if (event instanceof RegistryEvent.LiveRemoved) {
            live = Pointer.NONE;
        } else if (event instanceof RegistryEvent.OverrideSet set) {
            override = override.moved(set.version(), set.sequence());
        } else if (event instanceof RegistryEvent.OverrideRemoved) {
            override = Pointer.NONE;
        }
        if (manifests.size() > capacity) {
            manifests.keySet().stream()
                    .filter(version -> version != live.version && version != override.version)
                    .findFirst()
                    .ifPresent(manifests::remove);
        }
    }

    /** {@code @override} if an operator set it, else {@code @live}; empty when there is neither. */
    public Optional<Wanted> wanted() {
        if (override.version > 0) {
            return Optional.of(new Wanted(override.version, "@override"));
        }
        return live.version > 0 ? Optional.of(new Wanted(live.version, "@live")) : Optional.empty();
    }

    public Optional<CheckpointManifest> manifest(long version) {
        return Optional.ofNullable(manifests.get(version));
    }

    /** Number of manifests remembered. */
    public int size() {
        return manifests.size();
    }
}
