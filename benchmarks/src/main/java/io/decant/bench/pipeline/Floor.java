package io.decant.bench.pipeline;

import io.decant.bench.cluster.JournalReader;
import io.decant.bench.cluster.Move;
import io.decant.dataset.IdxDataset;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.topics.Topic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The same broker moving the same records exactly-once without any model: samples and labels are
 * produced; one transformer reads samples and writes records of a soft target's size; another reads
 * all three and writes records of a pair's size; a reader takes those. Commit intervals are the
 * services' defaults. <i>Thread-safe.</i>
 */
final class Floor {
    private static final int SOFT_TARGET_BYTES = 73;
    private static final int PAIR_OVERHEAD_BYTES = 110;

    private Floor() {}

    /** Runs the floor on an installation of its own; returns samples a second. */
    static double samplesPerSecond(ClusterSettings cluster, IdxDataset dataset, int samples)
            throws InterruptedException {
        Move teacher =
                new Move(
                        cluster,
                        "teacher",
                        List.of(Topic.SAMPLES),
                        Topic.SOFT_TARGETS,
                        Duration.ofMillis(100),
                        "zstd",
                        sample -> SOFT_TARGET_BYTES);
        Move join =
                new Move(
                        cluster,
                        "join",
                        List.of(Topic.SAMPLES, Topic.SOFT_TARGETS, Topic.LABELS),
                        Topic.TRAINING_PAIRS,
                        Duration.ofMillis(200),
                        "none",
                        sample -> sample + PAIR_OVERHEAD_BYTES);
        long started = System.nanoTime();
        List<CompletableFuture<?>> stages =
                List.of(
                        CompletableFuture.runAsync(() -> Stream.produce(cluster, dataset, samples)),
                        CompletableFuture.runAsync(() -> teacher.run(samples)),
                        CompletableFuture.runAsync(() -> join.run(3 * samples)),
                        CompletableFuture.supplyAsync(() -> JournalReader.read(cluster, samples)));
        try {
            CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new)).get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the floor failed", failed.getCause());
        }
        return samples / ((System.nanoTime() - started) / 1e9);
    }
}
