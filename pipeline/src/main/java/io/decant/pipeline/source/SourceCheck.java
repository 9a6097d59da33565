package io.decant.pipeline.source;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Checks mapped topics before a service reads them: they exist, have as many partitions as Decant's
 * own, and, the first time, hold records that map. Without the last check a mistyped path would
 * send a whole topic to the dead letters. <i>Immutable.</i>
 *
 * @param group what reads the topics; when it has committed before, junk no longer stops a start
 */
public record SourceCheck(SourceSettings settings, String group) {
    /** Nothing is mapped. */
    public static final SourceCheck OWN = new SourceCheck(SourceSettings.OWN, "");

    /**
     * What is wrong; empty when nothing is.
     *
     * @param needed the kinds of records that the service reads
     * @param patience longest wait for each answer
     * @throws ExecutionException if the broker does not answer in time, or refuses
     */
    public List<String> problems(
            Admin admin, ClusterSettings cluster, Collection<Topic> needed, Duration patience)
            throws ExecutionException, InterruptedException {
        List<String> problems = new ArrayList<>();
        if (needed.contains(Topic.SAMPLES) && settings.samples().topic().isPresent()) {
            problems.addAll(
                    problems(
                            admin,
                            cluster,
                            settings.samples().topic().get(),
                            sources -> sources::sample,
                            "source.samples",
                            patience));
        }
        if (needed.contains(Topic.LABELS) && settings.labels().topic().isPresent()) {
            problems.addAll(
                    problems(
                            admin,
                            cluster,
                            settings.labels().topic().get(),
                            sources -> sources::label,
                            "source.labels",
                            patience));
        }
        return problems;
    }

    private List<String> problems(
            Admin admin,
            ClusterSettings cluster,
            String topic,
            Function<Sources, Function<SourceRecord, Decoded<?>>> reading,
            String key,
            Duration patience)
            throws ExecutionException, InterruptedException {
        Optional<Integer> partitions = partitions(admin, topic, patience);
        if (partitions.isEmpty()) {
            return List.of("topic " + topic + " does not exist; correct " + key + ".topic");
        }
        if (partitions.get() != cluster.samplePartitions()) {
            return List.of(
                    "topic "
                            + topic
                            + " has "
                            + partitions.get()
                            + " partitions; expected "
                            + cluster.samplePartitions()
                            + " as cluster.sample-partitions says: the records of one sample stand in partitions of the same number, so Decant's topics are created with as many as "
                            + topic
                            + " has");
        }
        if (settings.probeRecords() == 0 || hasCommitted(admin, topic, patience)) {
            return List.of();
        }
        try (RecordCodec codec = new RecordCodec(cluster)) {
            Sources sources = new Sources(settings, cluster, codec);
            return probe(cluster, topic, reading.apply(sources), patience)
                    .map(
                            why ->
                                    why
                                            + "; correct "
                                            + key
                                            + ", or start with source.probe-records 0 to send them to the dead letters")
                    .stream()
                    .toList();
        } catch (SerializationException unanswered) {
            return List.of("topic " + topic + " cannot be tried: " + unanswered.getMessage());
        }
    }

    private static Optional<Integer> partitions(Admin admin, String topic, Duration patience)
            throws ExecutionException, InterruptedException {
        try {
            TopicDescription description =
                    admin.describeTopics(
                                    List.of(topic),
                                    new DescribeTopicsOptions().timeoutMs(millis(patience)))
                            .topicNameValues()
                            .get(topic)
                            .get();
            return Optional.of(description.partitions().size());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    private boolean hasCommitted(Admin admin, String topic, Duration patience)
            throws ExecutionException, InterruptedException {
        try {
            return admin
                    .listConsumerGroupOffsets(
                            group,
                            new ListConsumerGroupOffsetsOptions().timeoutMs(millis(patience)))
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .keySet()
                    .stream()
                    .anyMatch(partition -> partition.topic().equals(topic));
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw failed;
        }
    }

    /** Why none of the newest records maps; empty when one does, or there are none. */
    private Optional<String> probe(
            ClusterSettings cluster,
            String topic,
            Function<SourceRecord, Decoded<?>> reading,
            Duration patience) {
        int tried = 0;
        String why = "";
        for (ConsumerRecord<byte[], byte[]> record : newest(cluster, topic, patience)) {
            if (!(reading.apply(SourceRecord.of(record)) instanceof Decoded.Bad<?> bad)) {
                return Optional.empty();
            }
            tried++;
            why = "at " + record.partition() + "@" + record.offset() + " " + bad.detail();
        }
        return tried == 0
                ? Optional.empty()
                : Optional.of(
                        "none of the newest "
                                + tried
                                + " records of topic "
                                + topic
                                + " maps: "
                                + why);
    }

    private List<ConsumerRecord<byte[], byte[]>> newest(
            ClusterSettings cluster, String topic, Duration patience) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer =
                new Clients(cluster).consumer(group + "-probe", Map.of("fetch.max.wait.ms", 20))) {
            List<TopicPartition> all =
                    IntStream.range(0, cluster.samplePartitions())
                            .mapToObj(partition -> new TopicPartition(topic, partition))
                            .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(all, patience);
            Map<TopicPartition, Long> starts =
                    new HashMap<>(consumer.beginningOffsets(all, patience));
            consumer.assign(all);
            all.forEach(
                    partition ->
                            consumer.seek(
                                    partition,
                                    Math.max(
                                            starts.get(partition),
                                            ends.get(partition) - settings.probeRecords())));
            long deadline = System.nanoTime() + patience.toNanos();
            while (System.nanoTime() < deadline
                    && all.stream().anyMatch(at -> consumer.position(at) < ends.get(at))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    private static int millis(Duration patience) {
        return (int) Math.min(Integer.MAX_VALUE, patience.toMillis());
    }
}
