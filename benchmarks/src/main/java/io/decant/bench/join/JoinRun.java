package io.decant.bench.join;

import io.decant.bench.cluster.JournalReader;
import io.decant.bench.cluster.JournalReader.Journal;
import io.decant.dev.stack.ServiceStack;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.trainer.join.JoinerService;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The joiner alone on an installation whose input stands ready.
 *
 * @param perSecond samples a second, from the moment at which records could flow to the last pair's
 *     commit
 * @param cpuMicros processor time of the joining threads for one sample, in the same time
 * @param pairBytes of a pair's value, on average
 */
record JoinRun(double perSecond, double cpuMicros, double pairBytes) {
    private static final String LABELLED = "pairs_labelled";

    /** Joins all samples and stops. */
    static JoinRun of(
            ClusterSettings cluster, int samples, int threads, Path folder, List<String> extra) {
        List<String> settings =
                new ArrayList<>(List.of("joiner.state-dir=" + folder, "joiner.threads=" + threads));
        settings.addAll(extra);
        try (ServiceStack stack = new ServiceStack(cluster, settings, InstantSource.system())) {
            CompletableFuture<Journal> reader =
                    CompletableFuture.supplyAsync(() -> JournalReader.read(cluster, samples));
            JoinerService joiner = stack.joiner();
            joiner.running().join();
            long begun = System.nanoTime();
            long before = joiningNanos();
            CompletableFuture.anyOf(reader, joiner.ended()).join();
            double cpuMicros = (joiningNanos() - before) / 1e3 / samples;
            if (!reader.isDone() || joiner.counts().get(LABELLED) != samples) {
                throw new IllegalStateException(
                        "%d samples must leave as pairs with their labels; the joiner counted %s"
                                .formatted(samples, joiner.counts()));
            }
            Journal journal = reader.join();
            return new JoinRun(
                    samples / ((journal.ended() - begun) / 1e9), cpuMicros, journal.meanBytes());
        } catch (CompletionException failed) {
            throw new IllegalStateException("the join did not end", failed.getCause());
        }
    }

    private static long joiningNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long nanos = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            // Kafka Streams names a thread's clients after it, with more before or behind.
            if (thread != null && thread.getThreadName().matches("[^|]*-StreamThread-\\d+")) {
                nanos += threads.getThreadCpuTime(thread.getThreadId());
            }
        }
        return nanos;
    }
}
