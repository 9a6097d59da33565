package io.decant.bench.pipeline;

import io.decant.dataset.IdxDataset;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.kafka.Sends;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The same broker moving the same records exactly-once without any model: samples and labels are
 * produced; one transformer reads samples and writes records of a soft target's size; another reads
 * all three and writes records of a pair's size; a reader takes those. Client settings and commit
 * intervals are the services' defaults. <i>Thread-safe.</i>
 */
final class Floor {
    private static final int SOFT_TARGET_BYTES = 73;
    private static final int PAIR_OVERHEAD_BYTES = 110;

    private Floor() {}

    /** Runs the floor on an installation of its own; returns samples a second. */
    static double samplesPerSecond(ClusterSettings cluster, IdxDataset dataset, int samples)
            throws InterruptedException {
        long started = System.nanoTime();
        List<CompletableFuture<Void>> stages =
                List.of(
                        CompletableFuture.runAsync(() -> Stream.produce(cluster, dataset, samples)),
                        CompletableFuture.runAsync(
                                () ->
                                        transform(
                                                cluster,
                                                "teacher",
                                                List.of(Topic.SAMPLES),
                                                Topic.SOFT_TARGETS,
                                                Duration.ofMillis(100),
                                                samples)),
                        CompletableFuture.runAsync(
                                () ->
                                        transform(
                                                cluster,
                                                "join",
                                                List.of(
                                                        Topic.SAMPLES,
                                                        Topic.SOFT_TARGETS,
                                                        Topic.LABELS),
                                                Topic.TRAINING_PAIRS,
                                                Duration.ofMillis(200),
                                                3 * samples)),
                        CompletableFuture.runAsync(() -> read(cluster, samples)));
        try {
            CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new)).get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the floor failed", failed.getCause());
        }
        return samples / ((System.nanoTime() - started) / 1e9);
    }

    private static void transform(
            ClusterSettings cluster,
            String name,
            List<Topic> from,
            Topic to,
            Duration interval,
            int records) {
        Topics topics = cluster.topics();
        Clients clients = new Clients(cluster);
        Sends sends = new Sends();
        Map<String, Object> reading = new HashMap<>(Clients.BULK_FETCH);
        reading.put("group.id", topics.prefix() + name);
        try (Consumer<byte[], byte[]> consumer = clients.consumer("floor-" + name, reading);
                Producer<byte[], byte[]> producer =
                        clients.transactionalProducer(
                                "floor-" + name,
                                topics.prefix() + name,
                                Duration.ofSeconds(15),
                                Map.of(
                                        "linger.ms",
                                        (int) interval.toMillis(),
                                        "compression.type",
                                        to == Topic.SOFT_TARGETS ? "zstd" : "none"))) {
            List<TopicPartition> all =
                    from.stream()
                            .flatMap(
                                    topic ->
                                            IntStream.range(0, topics.partitions(topic))
                                                    .mapToObj(
                                                            p ->
                                                                    new TopicPartition(
                                                                            topics.name(topic), p)))
                            .toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            producer.initTransactions();
            String features = topics.name(Topic.SAMPLES);
            int taken = 0;
            boolean open = false;
            long due = 0;
            Map<TopicPartition, org.apache.kafka.clients.consumer.OffsetAndMetadata> positions =
                    new HashMap<>();
            while (taken < records || open) {
                ConsumerRecords<byte[], byte[]> batch = consumer.poll(interval);
                if (!open && !batch.isEmpty()) {
                    producer.beginTransaction();
                    open = true;
                    due = System.nanoTime() + interval.toNanos();
                }
                for (ConsumerRecord<byte[], byte[]> record : batch) {
                    taken++;
                    if (record.topic().equals(features)) {
                        int bytes =
                                to == Topic.SOFT_TARGETS
                                        ? SOFT_TARGET_BYTES
                                        : record.value().length + PAIR_OVERHEAD_BYTES;
                        var sent =
                                producer.send(
                                        new ProducerRecord<>(
                                                topics.name(to),
                                                record.partition(),
                                                record.key(),
                                                java.util.Arrays.copyOf(record.value(), bytes)),
                                        sends);
                        if (sent.isDone()) {
                            sends.check();
                        }
                    }
                }
                positions.putAll(batch.nextOffsets());
                if (open && (System.nanoTime() > due || taken >= records)) {
                    producer.sendOffsetsToTransaction(positions, consumer.groupMetadata());
                    producer.commitTransaction();
                    sends.check();
                    open = false;
                }
            }
        }
    }

    private static void read(ClusterSettings cluster, int records) {
        Topics topics = cluster.topics();
        try (Consumer<byte[], byte[]> consumer =
                new Clients(cluster).consumer("floor-reader", Clients.BULK_FETCH)) {
            List<TopicPartition> all =
                    IntStream.range(0, topics.samplePartitions())
                            .mapToObj(p -> new TopicPartition(topics.name(Topic.TRAINING_PAIRS), p))
                            .toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            for (int taken = 0; taken < records; ) {
                taken += consumer.poll(Duration.ofMillis(200)).count();
            }
        }
    }
}
