package io.decant.bench.reload;

import java.util.concurrent.locks.LockSupport;

/** Waits. <i>Thread-safe.</i> */
final class Pause {
    private Pause() {}

    /** At least this long; not at all when it is 0 or less. */
    static void nanos(long nanos) {
        long until = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
