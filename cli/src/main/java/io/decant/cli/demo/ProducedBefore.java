package io.decant.cli.demo;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * What an interrupted run had produced into a topic. <i>Immutable.</i>
 *
 * @param ids of the records
 * @param firstMillis when the oldest was appended
 */
record ProducedBefore(Set<String> ids, OptionalLong firstMillis) {
    ProducedBefore {
        ids = Set.copyOf(ids);
    }

    /** Reads all of a topic. */
    static ProducedBefore of(ClusterSettings cluster, Topic topic) {
        Topics topics = cluster.topics();
        Set<String> ids = new HashSet<>();
        long[] first = {Long.MAX_VALUE};
        try (Consumer<byte[], byte[]> consumer =
                new Clients(cluster)
                        .consumer("cli-demo-resume", Map.of("auto.offset.reset", "earliest"))) {
            List<TopicPartition> all =
                    IntStream.range(0, topics.partitions(topic))
                            .mapToObj(p -> new TopicPartition(topics.name(topic), p))
                            .toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            while (all.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(
                                record -> {
                                    ids.add(new String(record.key(), StandardCharsets.UTF_8));
                                    first[0] = Math.min(first[0], record.timestamp());
                                });
            }
        }
        return new ProducedBefore(
                ids, ids.isEmpty() ? OptionalLong.empty() : OptionalLong.of(first[0]));
    }
}
