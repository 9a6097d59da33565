package io.decant.it.harness;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads what a topic holds now, committed records only. <i>Thread-safe.</i> */
public final class TopicContents {
    private TopicContents() {}

    /** A record and where it stands. */
    public record Entry<T>(String key, int partition, long offset, long timestampMillis, T value) {}

    /**
     * All records of one type, each partition in order; other types and tombstones are left out.
     */
    public static <T extends SpecificRecord> List<Entry<T>> read(
            ClusterSettings cluster, Topic topic, Class<T> type) {
        List<Entry<T>> entries = new ArrayList<>();
        try (RecordCodec codec = new RecordCodec(cluster)) {
            each(
                    cluster,
                    topic,
                    record -> {
                        if (record.value() != null
                                && codec.decode(topic, record.value(), type)
                                        instanceof Decoded.Good<T> good) {
                            entries.add(entry(record, good.value()));
                        }
                    });
        }
        return entries;
    }

    /** All records, each partition in order, their values as they stand; a tombstone's is null. */
    public static List<Entry<byte[]>> raw(ClusterSettings cluster, Topic topic) {
        List<Entry<byte[]>> entries = new ArrayList<>();
        each(cluster, topic, record -> entries.add(entry(record, record.value())));
        return entries;
    }

    /** The offsets that a group has committed, for each partition of a topic that has one. */
    public static Map<Integer, Long> committed(ClusterSettings cluster, String group, Topic topic) {
        Map<Integer, Long> committed = new HashMap<>();
        try (Admin admin = new Clients(cluster).admin("it-contents")) {
            admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach(
                            (partition, at) -> {
                                if (partition.topic().equals(cluster.topics().name(topic))) {
                                    committed.put(partition.partition(), at.offset());
                                }
                            });
        } catch (ExecutionException failed) {
            throw new IllegalStateException(
                    "the group's offsets cannot be read", failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
        return committed;
    }

    private static <T> Entry<T> entry(ConsumerRecord<byte[], byte[]> record, T value) {
        String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
        return new Entry<>(key, record.partition(), record.offset(), record.timestamp(), value);
    }

    private static void each(
            ClusterSettings cluster,
            Topic topic,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> action) {
        Topics topics = cluster.topics();
        try (Consumer<byte[], byte[]> consumer =
                new Clients(cluster)
                        .consumer(
                                "it-contents",
                                // At the end of a topic the broker would wait for more.
                                Map.of("auto.offset.reset", "earliest", "fetch.max.wait.ms", 20))) {
            List<TopicPartition> all =
                    IntStream.range(0, topics.partitions(topic))
                            .mapToObj(p -> new TopicPartition(topics.name(topic), p))
                            .toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            while (all.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(action);
            }
        }
    }
}
