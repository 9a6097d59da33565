package io.decant.gateway.store;

import io.decant.follower.reload.CandidateCheck.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when the served version is written to disk: the first one at once, later ones at most
 * once an interval, because flash memory wears and a version may come every second, and the last
 * one at a clean stop. A version that was bad must not be what the next start begins with, so the
 * way back from it does not wait. A disk that fails is logged and tried again; it does not stop the
 * gateway. <i>Owned by the follower's thread.</i>
 */
public final class LastGoodKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LastGoodKeeper.class);

    private final LastGoodModel disk;
    private final Duration interval;
    private final InstantSource clock;
    private Verdict.Accepted unsaved;
    private long notBefore = Long.MIN_VALUE;

    public LastGoodKeeper(LastGoodModel disk, Duration interval, InstantSource clock) {
        this.disk = disk;
        this.interval = interval;
        this.clock = clock;
    }

    /** A version is being served, and has not been written yet. */
    public void served(Verdict.Accepted version) {
        unsaved = version;
    }

    /**
     * A version is served again because a later one was bad: written at once, or at the next turn.
     */
    public void servedAgain(Verdict.Accepted version) {
        unsaved = version;
        save();
    }

    /** Writes what is unsaved when it is time. */
    public void saveIfDue() {
        if (unsaved != null && clock.millis() >= notBefore) {
            save();
        }
    }

    private void save() {
        try {
            disk.save(unsaved);
            LOG.debug(
                    "event=saved version={} file={}", unsaved.manifest().getVersion(), disk.file());
            unsaved = null;
        } catch (IOException failed) {
            LOG.warn(
                    "event=not_saved version={} file={} error=\"{}\" next=\"serving goes on; the next try is in {} s\"",
                    unsaved.manifest().getVersion(),
                    disk.file(),
                    failed.toString(),
                    interval.toSeconds());
        }
        notBefore = clock.millis() + interval.toMillis();
    }

    /** Writes what is unsaved now. */
    @Override
    public void close() {
        if (unsaved != null) {
            save();
        }
    }
}
