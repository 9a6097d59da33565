package io.decant.follower.registry;

import io.decant.follower.reload.HighestSeen;
import io.decant.follower.reload.VersionId;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.records.GateOutcome;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is known of one model: manifests, {@code @live} and {@code @override}. Of the registry it
 * knows the newest part, and is given older parts when they are needed. Pure. Bounded: beyond
 * {@code capacity} manifests the oldest that nobody points to is forgotten.
 *
 * <p>In a log sequences only grow: a record with a lower one than the record before is an old one
 * that somebody wrote again, and changes nothing. Removals carry no signature: where signatures are
 * required, they take away a manifest, and neither {@code @live} nor an order. <i>Owned by the
 * follower's thread.</i>
 */
public final class RegistryView {
    private final int capacity;
    private final boolean removalsCount;
    private final Follow follow;
    private final TreeMap<Long, ManifestRecord> manifests = new TreeMap<>();
    private final TreeSet<Long> removed = new TreeSet<>();
    private Pointer live = Pointer.NONE;
    private Pointer override = Pointer.NONE;
    private boolean liveKnown;
    private boolean whole;

    /** Where an alias points; version 0 is nowhere. */
    private record Pointer(long version, long sequence) {
        static final Pointer NONE = new Pointer(0, Long.MIN_VALUE);
    }

    /**
     * The version that should be served.
     *
     * @param by who says so: {@code @override}, {@code @live} or {@code follow: newest}
     * @param sequence of the record that says so
     */
    public record Wanted(long version, String by, long sequence) {
        /** Whether an operator wants it, who may also go back. */
        public boolean ordered() {
            return by.equals("@override");
        }
    }

    /**
     * Makes an empty view.
     *
     * @param capacity most manifests remembered, at least 2
     * @param policy whether removals, which nobody can sign, count
     * @param follow what is wanted while there is no order
     */
    public RegistryView(int capacity, SignaturePolicy policy, Follow follow) {
        this.capacity = capacity;
        this.follow = follow;
        removalsCount = policy != SignaturePolicy.REQUIRE;
    }

    /**
     * Takes a change in.
     *
     * @param seen an order older than the newest seen is not followed
     * @return why the change is not believed, if so; it has changed nothing then
     */
    public Optional<String> apply(RegistryEvent event, HighestSeen seen) {
        if (event instanceof RegistryEvent.VersionPublished published) {
            return publish(published.record(), seen);
        } else if (event instanceof RegistryEvent.VersionRemoved gone) {
            manifests.remove(gone.version());
            remember(gone.version());
        } else if (event instanceof RegistryEvent.LiveSet set) {
            return setLive(new Pointer(set.version(), set.sequence()));
        } else if (event instanceof RegistryEvent.OverrideSet set) {
            return setOverride(new Pointer(set.version(), set.sequence()));
        } else if (event instanceof RegistryEvent.LiveRemoved) {
            return removal("@live", () -> live = Pointer.NONE);
        } else if (event instanceof RegistryEvent.OverrideRemoved) {
            return removal("@override", () -> override = Pointer.NONE);
        }
        return Optional.empty();
    }

    private Optional<String> publish(ManifestRecord record, HighestSeen seen) {
        VersionId id = VersionId.of(record.manifest());
        Optional<VersionId> served =
                seen.version().filter(highest -> highest.version() == id.version());
        if (served.isPresent() && !served.get().equals(id)) {
            return Optional.of(
                    "version "
                            + id.version()
                            + " was verified and served here with other weights, and stays as it was; two trainers may publish one model");
        }
        put(record);
        return Optional.empty();
    }

    private void put(ManifestRecord record) {
        manifests.put(record.version(), record);
        removed.remove(record.version());
        if (manifests.size() > capacity) {
            manifests.keySet().stream()
                    .filter(version -> version != live.version && version != override.version)
                    .findFirst()
                    .ifPresent(
                            version -> {
                                manifests.remove(version);
                                remember(version);
                            });
        }
    }

    private void remember(long version) {
        if (!whole) {
            removed.add(version);
            if (removed.size() > capacity) {
                removed.pollFirst();
            }
        }
    }

    private Optional<String> setLive(Pointer next) {
        Optional<String> problem = older("@live", next, live);
        if (problem.isEmpty()) {
            live = next;
            liveKnown = true;
        }
        return problem;
    }

    private Optional<String> setOverride(Pointer next) {
        Optional<String> problem = older("@override", next, override);
        if (problem.isEmpty()) {
            override = next;
        }
        return problem;
    }

    private static Optional<String> older(String name, Pointer next, Pointer now) {
        boolean other = next.sequence == now.sequence && next.version != now.version;
        return next.sequence < now.sequence || other
                ? Optional.of(
                        name
                                + " with sequence "
                                + next.sequence
                                + " and version "
                                + next.version
                                + " comes after sequence "
                                + now.sequence
                                + "; sequences only grow, so it is an old record, and version "
                                + now.version
                                + " stands")
                : Optional.empty();
    }

    private Optional<String> removal(String name, Runnable remove) {
        if (removalsCount) {
            remove.run();
            return Optional.empty();
        }
        return Optional.of(
                "a removal of "
                        + name
                        + " cannot be signed, so it is not followed; an order is lifted by a signed order with version 0");
    }

    /**
     * Takes a change in that is older than all so far; the newest of them first. Nothing that is
     * known already is changed by it.
     */
    public void applyOlder(RegistryEvent event) {
        if (event instanceof RegistryEvent.VersionPublished published) {
            long version = published.record().version();
            if (!manifests.containsKey(version) && !removed.contains(version)) {
                put(published.record());
            }
        } else if (event instanceof RegistryEvent.VersionRemoved gone) {
            if (!manifests.containsKey(gone.version())) {
                remember(gone.version());
            }
        } else if (event instanceof RegistryEvent.LiveSet set && !liveKnown) {
            Pointer older = new Pointer(set.version(), set.sequence());
            live = older.sequence > live.sequence ? older : live;
            liveKnown = true;
        }
    }

    /** Part of the registry was passed over: what {@code @live} says now is not known. */
    public void skipped() {
        liveKnown = false;
        whole = false;
    }

    /** There is nothing older to read. */
    public void complete() {
        liveKnown = true;
        whole = true;
        removed.clear();
    }

    /** Whether all of the registry was read, so that what is not here does not exist. */
    public boolean whole() {
        return whole;
    }

    /**
     * {@code @override} if an operator set it, else what is followed; empty when there is neither,
     * or when it is not known yet.
     *
     * @param seen an order that was seen and is no longer in the topic still stands where
     *     signatures are required
     */
    public Optional<Wanted> wanted(HighestSeen seen) {
        Pointer order =
                override.sequence < seen.orderSequence() && !removalsCount
                        ? new Pointer(seen.orderVersion(), seen.orderSequence())
                        : override;
        if (order.version > 0) {
            return Optional.of(new Wanted(order.version, "@override", order.sequence));
        }
        if (follow == Follow.NEWEST) {
            return newest(seen);
        }
        return liveKnown && live.version > 0
                ? Optional.of(new Wanted(live.version, "@live", live.sequence))
                : Optional.empty();
    }

    /** It has no sequence of its own: it neither undercuts that of {@code @live} nor raises it. */
    private Optional<Wanted> newest(HighestSeen seen) {
        return manifests.descendingMap().values().stream()
                .filter(record -> record.manifest().getGate() != GateOutcome.REFUSED)
                .findFirst()
                .map(record -> new Wanted(record.version(), "follow: newest", seen.liveSequence()));
    }

    /** What is to be remembered of orders. */
    public HighestSeen orders(HighestSeen seen) {
        boolean lifted = removalsCount && override.equals(Pointer.NONE);
        if (lifted) {
            return seen.orderSequence() == 0 ? seen : seen.ordered(0, 0);
        }
        return override.sequence > seen.orderSequence()
                ? seen.ordered(override.version, override.sequence)
                : seen;
    }

    public Optional<ManifestRecord> manifest(long version) {
        return Optional.ofNullable(manifests.get(version));
    }

    /** That of the highest version, served or not; empty while none is known. */
    public Optional<ManifestRecord> newestManifest() {
        return Optional.ofNullable(manifests.lastEntry()).map(Map.Entry::getValue);
    }

    /** All manifests remembered, by version. */
    public Map<Long, ManifestRecord> manifests() {
        return java.util.Collections.unmodifiableMap(manifests);
    }
}
