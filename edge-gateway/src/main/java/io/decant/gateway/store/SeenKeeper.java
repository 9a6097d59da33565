package io.decant.gateway.store;

import io.decant.follower.reload.HighestSeen;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the newest that was seen, and decides when it is written to disk: an order at once, because
 * orders are rare, and versions at most once an interval, always before the model of the same time,
 * because flash memory wears. So a gateway that crashed comes back with at least what its model on
 * disk is: an attacker may bring it up to one interval behind what it had served, never behind what
 * it then serves. <i>Owned by the follower's thread.</i>
 */
public final class SeenKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SeenKeeper.class);

    private final SeenFile disk;
    private final Duration interval;
    private final InstantSource clock;
    private HighestSeen current;
    private HighestSeen saved;
    private long notBefore = Long.MIN_VALUE;

    /**
     * Makes a keeper.
     *
     * @param start what is known at the start
     */
    public SeenKeeper(SeenFile disk, HighestSeen start, Duration interval, InstantSource clock) {
        this.disk = disk;
        this.interval = interval;
        this.clock = clock;
        current = start;
        saved = start;
    }

    public HighestSeen current() {
        return current;
    }

    /** Something newer was seen. */
    public void saw(HighestSeen newer) {
        boolean order = newer.orderSequence() != current.orderSequence();
        current = newer;
        if (order) {
            save();
        }
    }

    /** Writes what is unsaved when it is time. */
    public void saveIfDue() {
        if (!current.equals(saved) && clock.millis() >= notBefore) {
            save();
        }
    }

    private void save() {
        try {
            disk.save(current);
            saved = current;
        } catch (IOException failed) {
            LOG.warn(
                    "event=seen_not_saved file={} error=\"{}\" next=\"serving goes on; the next try is in {} s\"",
                    disk.file(),
                    failed.toString(),
                    interval.toSeconds());
        }
        notBefore = clock.millis() + interval.toMillis();
    }

    /** Writes what is unsaved now. */
    @Override
    public void close() {
        if (!current.equals(saved)) {
            save();
        }
    }
}
