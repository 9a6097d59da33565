package io.decant.trainer.publish;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Decides which published versions are removed: those older than a time, never the newest, and a
 * bounded number at a time, so that a publish after a long pause does not become one huge
 * transaction. <i>Owned by the publisher's thread.</i>
 */
public final class Retention {
    private final Duration keep;
    private final int atATime;
    private final Deque<Version> versions;

    /**
     * A version that has not been removed.
     *
     * @param publishedAtMillis milliseconds since 1970-01-01T00:00Z
     * @param parts chunks of its anchor
     */
    public record Version(long version, long publishedAtMillis, int parts) {}

    /**
     * Starts with what the registry holds.
     *
     * @param keep versions younger than this stay
     * @param atATime most versions removed with one publish, at least 1
     */
    public Retention(Duration keep, int atATime, Collection<Version> known) {
        this.keep = keep;
        this.atATime = atATime;
        this.versions =
                new ArrayDeque<>(
                        known.stream().sorted(Comparator.comparingLong(Version::version)).toList());
    }

    /** Versions to remove with the next publish, oldest first. */
    List<Version> removable(long nowMillis) {
        List<Version> removable = new ArrayList<>();
        for (Version version : versions) {
            boolean newest = version.equals(versions.peekLast());
            if (newest
                    || removable.size() == atATime
                    || nowMillis - version.publishedAtMillis() <= keep.toMillis()) {
                break;
            }
            removable.add(version);
        }
        return removable;
    }

    /** A publish was committed. */
    void published(Version version, List<Version> removed) {
        versions.removeAll(removed);
        versions.add(version);
    }
}
