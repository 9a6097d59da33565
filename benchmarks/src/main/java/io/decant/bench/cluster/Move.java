package io.decant.bench.cluster;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.kafka.Sends;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads topics and writes one record for each sample, exactly-once and without any thought: what a
 * service would be that only moves bytes. Client settings are the services' defaults.
 * <i>Immutable.</i>
 *
 * @param name of the consumer group and the transactional id, behind the prefix
 * @param from what is read, all of it counted
 * @param interval time between two commits
 * @param compression of the producer
 * @param outputBytes size of what is written, from the size of the sample
 */
public record Move(
        ClusterSettings cluster,
        String name,
        List<Topic> from,
        Topic to,
        Duration interval,
        String compression,
        IntUnaryOperator outputBytes) {

    public Move {
        from = List.copyOf(from);
    }

    /**
     * Goes on until so many records are read and what they led to is committed.
     *
     * @return when it began to read, by {@link System#nanoTime}
     */
    public long run(int records) {
        Topics topics = cluster.topics();
        Clients clients = new Clients(cluster);
        Map<String, Object> reading = new HashMap<>(Clients.BULK_FETCH);
        reading.put("group.id", topics.prefix() + name);
        try (Consumer<byte[], byte[]> consumer = clients.consumer("move-" + name, reading);
                Producer<byte[], byte[]> producer =
                        clients.transactionalProducer(
                                "move-" + name,
                                topics.prefix() + name,
                                Duration.ofSeconds(15),
                                Map.of(
                                        "linger.ms",
                                        (int) interval.toMillis(),
                                        "compression.type",
                                        compression))) {
            List<TopicPartition> all = partitions(topics, from);
            consumer.assign(all);
            consumer.seekToBeginning(all);
            producer.initTransactions();
            long begun = System.nanoTime();
            run(consumer, producer, records);
            return begun;
        }
    }

    private void run(
            Consumer<byte[], byte[]> consumer, Producer<byte[], byte[]> producer, int records) {
        Sends sends = new Sends();
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        int taken = 0;
        boolean open = false;
        long due = 0;
        while (taken < records || open) {
            ConsumerRecords<byte[], byte[]> batch = consumer.poll(interval);
            if (!open && !batch.isEmpty()) {
                producer.beginTransaction();
                open = true;
                due = System.nanoTime() + interval.toNanos();
            }
            batch.forEach(record -> write(producer, record, sends));
            taken += batch.count();
            positions.putAll(batch.nextOffsets());
            if (open && (System.nanoTime() > due || taken >= records)) {
                producer.sendOffsetsToTransaction(positions, consumer.groupMetadata());
                producer.commitTransaction();
                sends.check();
                open = false;
            }
        }
    }

    private void write(
            Producer<byte[], byte[]> producer, ConsumerRecord<byte[], byte[]> record, Sends sends) {
        Topics topics = cluster.topics();
        if (!record.topic().equals(topics.name(Topic.SAMPLES))) {
            return;
        }
        int bytes = outputBytes.applyAsInt(record.value().length);
        var sent =
                producer.send(
                        new ProducerRecord<>(
                                topics.name(to),
                                record.partition(),
                                record.key(),
                                Arrays.copyOf(record.value(), bytes)),
                        sends);
        if (sent.isDone()) {
            sends.check();
        }
    }

    /** All partitions of some topics. */
    static List<TopicPartition> partitions(Topics topics, List<Topic> kinds) {
        return kinds.stream()
                .flatMap(
                        topic ->
                                IntStream.range(0, topics.partitions(topic))
                                        .mapToObj(p -> new TopicPartition(topics.name(topic), p)))
                .toList();
    }
}
