package io.decant.bench.measure;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * What a piece of work took. On a shared machine the processor time is the steadier of the two, and
 * it leaves out what other threads did for the work. <i>Immutable.</i>
 *
 * @param cpuNanos processor time of the calling thread
 * @param wallNanos time that passed
 */
public record Timing(long cpuNanos, long wallNanos) {

    /** Does the work on the calling thread. */
    public static Timing of(Runnable work) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long cpu = threads.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        work.run();
        return new Timing(
                threads.getCurrentThreadCpuTime() - cpu, Math.max(1, System.nanoTime() - wall));
    }
}
