package io.decant.trainer.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Decides which published versions are removed: those older than a time, and a bounded number at
 * once, so that a publish after a long pause does not become one huge transaction. What somebody
 * needs stays: the newest version, the newest states (a trainer recovers from them), kept states
 * (replay begins there), and what operators pinned or told gateways to serve. With each goes all
 * that its weights are rebuilt from: the versions before it, back to an anchor. <i>Owned by the
 * publisher's thread.</i>
 */
public final class Retention {
    /** The last state, and one to fall back to. */
    private static final int STATES_TO_RECOVER = 2;

    private final Duration keep;
    private final int atATime;
    private final StateSchedule schedule;

    private final NavigableMap<Long, Version> versions = new TreeMap<>();

    /**
     * A version that has not been removed.
     *
     * @param publishedAtMillis milliseconds of a clock that nobody sets
     * @param anchorParts chunks of its anchor; 0 when it has none
     * @param deltaParts chunks of its delta; 0 when it has none
     * @param stateSlot where its state was written; empty if it was not
     * @param stateParts chunks of its state
     */
    public record Version(
            long version,
            long publishedAtMillis,
            int anchorParts,
            int deltaParts,
            String stateSlot,
            int stateParts) {
        /** The same, published at another time. */
        Version at(long millis) {
            return new Version(version, millis, anchorParts, deltaParts, stateSlot, stateParts);
        }

        boolean keepsState() {
            return StateSchedule.isKeptSlot(stateSlot);
        }
    }

    /**
     * Starts with what the registry holds. How old that is, only clocks of other times and machines
     * could tell; a version counts as young until it has been known for so long.
     *
     * @param nowMillis milliseconds of a clock that nobody sets
     * @param keep versions younger than this stay
     * @param atATime most versions removed with one publish, at least 1
     * @param schedule says which states are kept
     */
    public Retention(
            Duration keep,
            int atATime,
            StateSchedule schedule,
            Collection<Version> known,
            long nowMillis) {
        this.keep = keep;
        this.atATime = atATime;
        this.schedule = schedule;
        known.forEach(version -> versions.put(version.version(), version.at(nowMillis)));
    }

    /**
     * Versions to remove with the next publish: oldest anchors first, and behind each the versions
     * that are rebuilt from it go before it does, the last of them first. So however few go at
     * once, all that stay can be rebuilt.
     */
    List<Version> removable(long nowMillis, Orders orders) {
        if (!orders.known() || versions.isEmpty()) {
            return List.of();
        }
        Set<Long> needed = needed(nowMillis, orders);
        List<Version> removable = new ArrayList<>();
        int anchor = 0;
        for (Version version : versions.values()) {
            if (version.anchorParts() > 0) {
                anchor = removable.size();
            }
            if (!needed.contains(version.version())) {
                removable.add(anchor, version);
            }
        }
        return removable.stream().limit(atATime).toList();
    }

    private Set<Long> needed(long nowMillis, Orders orders) {
        Set<Long> toRecover = newestStates();
        long newest = versions.lastKey();
        Set<Long> needed = new HashSet<>();
        boolean chained = false;
        for (Version version : versions.descendingMap().values()) {
            if (chained
                    || version.version() == newest
                    || nowMillis - version.publishedAtMillis() <= keep.toMillis()
                    || toRecover.contains(version.version())
                    || orders.needed().contains(version.version())
                    || (version.keepsState() && schedule.isKept(version.version(), newest))) {
                needed.add(version.version());
                chained = version.anchorParts() == 0;
            }
        }
        return needed;
    }

    private Set<Long> newestStates() {
        return versions.descendingMap().values().stream()
                .filter(version -> !version.stateSlot().isEmpty())
                .map(Version::version)
                .limit(STATES_TO_RECOVER)
                .collect(Collectors.toSet());
    }

    /** A publish was committed. */
    void published(Version version, List<Version> removed) {
        removed.forEach(old -> versions.remove(old.version()));
        versions.put(version.version(), version);
    }
}
