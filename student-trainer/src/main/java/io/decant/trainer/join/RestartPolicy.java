package io.decant.trainer.join;

import io.decant.pipeline.retry.Outage;
import io.decant.trainer.lease.Fencing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Decides whether work begins anew after a failure: yes when the surroundings failed and it has not
 * happened too often, no for a bug. <i>Owned by its caller; not thread-safe.</i>
 */
final class RestartPolicy {
    private static final Duration PERIOD = Duration.ofMinutes(10);

    private final int restarts;
    private final Deque<Long> atMillis = new ArrayDeque<>();

    /**
     * @param restarts how many restarts ten minutes may hold
     */
    RestartPolicy(int restarts) {
        this.restarts = restarts;
    }

    /** A broker that was away for long has ended what was open, as if another writer had come. */
    private static boolean mayPass(Throwable failure) {
        return Outage.explains(failure) || Fencing.mayHaveCaused(failure);
    }

    /**
     * Whether to go on after a failure; an answer of true uses one restart.
     *
     * @param outage whether the broker is away: then its clients fail in unforeseeable ways
     */
    boolean restart(Throwable failure, boolean outage, long nowMillis) {
        while (!atMillis.isEmpty() && nowMillis - atMillis.peekFirst() > PERIOD.toMillis()) {
            atMillis.removeFirst();
        }
        if (!(outage || mayPass(failure)) || atMillis.size() >= restarts) {
            return false;
        }
        atMillis.addLast(nowMillis);
        return true;
    }
}
