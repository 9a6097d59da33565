package io.decant.console.read;

import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * Which partitions a console reads, and from where: compacted topics from the beginning, because
 * their last records are what stands; metrics and lineage from a time; dead letters from the newest
 * few. <i>Owned by the console's stage thread.</i>
 */
final class Following {
    private static final List<Topic> READ =
            List.of(
                    Topic.MODEL_REGISTRY,
                    Topic.CONTROL,
                    Topic.GATEWAY_STATUS,
                    Topic.TRAINING_METRICS,
                    Topic.LINEAGE,
                    Topic.DEAD_LETTERS);

    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Topic> partitions = new HashMap<>();
    private final Map<Topic, List<TopicPartition>> all = new HashMap<>();
    private final int newestLetters;
    private long passedOver;

    /** Assigns the consumer; nothing is read yet. */
    Following(Consumer<byte[], byte[]> consumer, Topics topics, int newestLetters) {
        this.consumer = consumer;
        this.newestLetters = newestLetters;
        for (Topic topic : Topic.values()) {
            List<TopicPartition> own =
                    IntStream.range(0, topics.partitions(topic))
                            .mapToObj(p -> new TopicPartition(topics.name(topic), p))
                            .toList();
            all.put(topic, own);
            if (READ.contains(topic)) {
                own.forEach(partition -> partitions.put(partition, topic));
            }
        }
        consumer.assign(partitions.keySet());
    }

    Topic topic(TopicPartition partition) {
        return partitions.get(partition);
    }

    /** Seeks to where reading begins. */
    void start(Instant since, Duration patience) {
        List<TopicPartition> whole = new ArrayList<>();
        Map<TopicPartition, Long> timed = new HashMap<>();
        partitions.forEach(
                (partition, topic) -> {
                    if (topic.cleanup().retention().isEmpty()) {
                        whole.add(partition);
                    } else if (topic != Topic.DEAD_LETTERS) {
                        timed.put(partition, since.toEpochMilli());
                    }
                });
        consumer.seekToBeginning(whole);
        Map<TopicPartition, Long> ends = consumer.endOffsets(timed.keySet(), patience);
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(timed, patience);
        timed.keySet()
                .forEach(
                        partition ->
                                consumer.seek(
                                        partition,
                                        found.get(partition) == null
                                                ? ends.get(partition)
                                                : found.get(partition).offset()));
        Collection<TopicPartition> letters = all.get(Topic.DEAD_LETTERS);
        Map<TopicPartition, Long> first = consumer.beginningOffsets(letters, patience);
        consumer.endOffsets(letters, patience)
                .forEach(
                        (partition, end) ->
                                consumer.seek(
                                        partition,
                                        Math.max(first.get(partition), end - newestLetters)));
    }

    /** Sum of the committed ends of each topic's partitions, by the topic's name without prefix. */
    Map<String, Long> ends(Duration patience) {
        List<TopicPartition> asked = all.values().stream().flatMap(List::stream).toList();
        Map<TopicPartition, Long> ends = consumer.endOffsets(asked, patience);
        passOverLetters(ends);
        Map<String, Long> sums = new HashMap<>();
        all.forEach(
                (topic, own) -> sums.put(topic.suffix(), own.stream().mapToLong(ends::get).sum()));
        return sums;
    }

    /** A flood of dead letters is not read through: its newest are as good. */
    private void passOverLetters(Map<TopicPartition, Long> ends) {
        for (TopicPartition partition : all.get(Topic.DEAD_LETTERS)) {
            long start = ends.get(partition) - newestLetters;
            long behind = start - consumer.position(partition);
            if (behind > 0) {
                consumer.seek(partition, start);
                passedOver += behind;
            }
        }
    }

    /** Dead letters that were not read, because too many came. */
    long passedOver() {
        return passedOver;
    }

    /** Records that are there and not read, as far as the client knows. */
    long behind() {
        return partitions.keySet().stream()
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum();
    }
}
