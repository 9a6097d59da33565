package io.decant.it.crash;

import io.decant.it.harness.Producing;
import io.decant.it.harness.Tally;
import io.decant.pipeline.kafka.ClusterSettings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Samples of the tally that go on arriving while processes die: of four samples the first has its
 * label at once, the second later, the others never. A send that a dead broker holds up is
 * confirmed when the broker is back. <i>Thread-safe.</i>
 */
final class SteadyStream implements AutoCloseable {
    /** Samples between a sample and its late label. */
    private static final int DELAY = 40;

    private final int capacity;
    private final Duration pause;
    private final Producing producing;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile boolean ending;
    private volatile int produced;

    /**
     * Begins at once.
     *
     * @param capacity most samples; as many as the tally has positions
     * @param pause between two samples
     */
    SteadyStream(ClusterSettings cluster, int capacity, Duration pause) {
        this.capacity = capacity;
        this.pause = pause;
        producing = new Producing(cluster);
        thread.execute(this::run);
    }

    private void run() {
        try {
            while (!ending && produced < capacity - StreamKind.RECORDS_PER_VERSION) {
                produceOne();
                LockSupport.parkNanos(pause.toNanos());
            }
            for (int late = Math.max(0, produced - DELAY); late < produced; late++) {
                lateLabel(late);
            }
            done.complete(null);
        } catch (RuntimeException failed) {
            done.completeExceptionally(failed);
        }
    }

    private void produceOne() {
        int index = produced;
        producing.send(producing.sample("tally-" + index, Tally.oneHot(index, capacity)));
        if (index % 4 == 0) {
            producing.label("tally-" + index, classOf(index));
        }
        if (index >= DELAY) {
            lateLabel(index - DELAY);
        }
        produced = index + 1;
    }

    private void lateLabel(int index) {
        if (index % 4 == 1) {
            producing.label("tally-" + index, classOf(index));
        }
    }

    private static int classOf(int index) {
        return index / 4 % 2;
    }

    /** Whether there are positions left. */
    boolean goesOn() {
        return !done.isDone();
    }

    /** Labels of the first so many samples. */
    static int labels(int samples) {
        return (samples + 3) / 4 + (samples + 2) / 4;
    }

    /** Ends the stream, sends the labels that are owed, and returns how many samples there were. */
    int end() {
        ending = true;
        try {
            done.get(120, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException failed) {
            throw new IllegalStateException(
                    "the stream broke after " + produced + " samples", failed);
        }
        return produced;
    }

    /** Samples that carry no label, after the end; to fill a version. */
    void top(int samples) {
        for (int i = 0; i < samples; i++) {
            producing.send(producing.sample("tally-" + produced, Tally.oneHot(produced, capacity)));
            produced++;
        }
    }

    @Override
    public void close() {
        ending = true;
        thread.shutdownNow();
        producing.close();
    }
}
