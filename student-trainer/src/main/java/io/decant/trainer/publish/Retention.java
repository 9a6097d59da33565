package io.decant.trainer.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which published versions are removed: those older than a time, and a bounded number at
 * once, so that a publish after a long pause does not become one huge transaction. What somebody
 * needs stays: the newest version, the newest states (a trainer recovers from them), kept states
 * (replay begins there), and what operators pinned or told gateways to serve. <i>Owned by the
 * publisher's thread.</i>
 */
public final class Retention {
    /** The last state, and one to fall back to. */
    private static final int STATES_TO_RECOVER = 2;

    private final Duration keep;
    private final int atATime;
    private final StateSchedule schedule;

    /** By version, ascending. */
    private final List<Version> versions;

    /**
     * A version that has not been removed.
     *
     * @param publishedAtMillis milliseconds since 1970-01-01T00:00Z
     * @param parts chunks of its anchor
     * @param stateSlot where its state was written; empty if it was not
     * @param stateParts chunks of its state
     */
    public record Version(
            long version, long publishedAtMillis, int parts, String stateSlot, int stateParts) {
        boolean keepsState() {
            return StateSchedule.isKeptSlot(stateSlot);
        }
    }

    /**
     * Starts with what the registry holds.
     *
     * @param keep versions younger than this stay
     * @param atATime most versions removed with one publish, at least 1
     * @param schedule says which states are kept
     */
    public Retention(
            Duration keep, int atATime, StateSchedule schedule, Collection<Version> known) {
        this.keep = keep;
        this.atATime = atATime;
        this.schedule = schedule;
        this.versions =
                new ArrayList<>(
                        known.stream().sorted(Comparator.comparingLong(Version::version)).toList());
    }

    /** Versions to remove with the next publish, oldest first. */
    List<Version> removable(long nowMillis, Orders orders) {
        if (!orders.known() || versions.isEmpty()) {
            return List.of();
        }
        long newest = versions.get(versions.size() - 1).version();
        Set<Long> toRecover = newestStates();
        return versions.stream()
                .filter(version -> nowMillis - version.publishedAtMillis() > keep.toMillis())
                .filter(version -> version.version() != newest)
                .filter(version -> !toRecover.contains(version.version()))
                .filter(version -> !orders.needed().contains(version.version()))
                .filter(
                        version ->
                                !version.keepsState()
                                        || !schedule.isKept(version.version(), newest))
                .limit(atATime)
                .toList();
    }

    private Set<Long> newestStates() {
        return versions.stream()
                .filter(version -> !version.stateSlot().isEmpty())
                .map(Version::version)
                .sorted(Comparator.reverseOrder())
                .limit(STATES_TO_RECOVER)
                .collect(Collectors.toSet());
    }

    /** A publish was committed. */
    void published(Version version, List<Version> removed) {
        versions.removeAll(removed);
        versions.add(version);
    }
}
