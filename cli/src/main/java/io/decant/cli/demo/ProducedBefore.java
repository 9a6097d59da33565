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
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds out what an interrupted run had produced: the ids that a topic holds. <i>Thread-safe.</i>
 */
final class ProducedBefore {
    private ProducedBefore() {}

    static Set<String> ids(ClusterSettings cluster, Topic topic) {
        Topics topics = cluster.topics();
        Set<String> ids = new HashSet<>();
        try (Consumer<byte[], byte[]> consumer =
                new Clients(cluster)
                        .consumer("decant-demo-resume", Map.of("auto.offset.reset", "earliest"))) {
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
                                record ->
                                        ids.add(new String(record.key(), StandardCharsets.UTF_8)));
            }
        }
        return ids;
    }
}
