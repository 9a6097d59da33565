package io.decant.cli.topics;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.trainer.recover.PartitionReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * Committed records of a topic, as they stand. Only as much is read as is shown, and where a key is
 * looked for, ever larger stretches until there are enough. <i>Owned by one thread.</i>
 */
public final class TopicRecords implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * Read at least so many offsets at once: transactions end with a marker, compaction has holes.
     */
    private static final long SMALLEST_STRETCH = 256;

    private static final Comparator<ConsumerRecord<byte[], byte[]>> BY_TIME =
            Comparator.<ConsumerRecord<byte[], byte[]>>comparingLong(ConsumerRecord::timestamp)
                    .thenComparingInt(ConsumerRecord::partition)
                    .thenComparingLong(ConsumerRecord::offset);

    private final List<TopicPartition> partitions;
    private final Predicate<ConsumerRecord<byte[], byte[]>> wanted;
    private final Consumer<byte[], byte[]> consumer;
    private final PartitionReader reader;

    /**
     * Opens a consumer.
     *
     * @param partitions of one topic
     * @param key only records with this key in UTF-8
     * @param patience longest wait for one stretch
     */
    public TopicRecords(
            ClusterSettings cluster,
            List<TopicPartition> partitions,
            Optional<String> key,
            InstantSource clock,
            Duration patience) {
        this.partitions = List.copyOf(partitions);
        this.wanted =
                record ->
                        key.isEmpty()
                                || record.key() != null
                                        && new String(record.key(), StandardCharsets.UTF_8)
                                                .equals(key.get());
        consumer =
                new Clients(cluster)
                        .consumer(
                                "cli-topics-tail",
                                Map.of(
                                        "fetch.max.wait.ms",
                                        20,
                                        "default.api.timeout.ms",
                                        (int) patience.toMillis()));
        reader = new PartitionReader(consumer, clock, patience);
    }

    /** The newest records, oldest first. */
    public List<ConsumerRecord<byte[], byte[]>> newest(int most) {
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            List<ConsumerRecord<byte[], byte[]>> own = new ArrayList<>();
            long to = ends.get(partition);
            long stretch = firstStretch(most);
            while (own.size() < most && to > begins.get(partition)) {
                long from = Math.max(begins.get(partition), to - stretch);
                own.addAll(0, read(partition, from, to));
                to = from;
                stretch *= 2;
            }
            found.addAll(own);
        }
        found.sort(BY_TIME);
        return found.subList(Math.max(0, found.size() - most), found.size());
    }

    /** The first records from a place to the end that there is now, oldest first. */
    public List<ConsumerRecord<byte[], byte[]>> from(TailStart start, int most) {
        Map<TopicPartition, Long> starts = starts(start);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            List<ConsumerRecord<byte[], byte[]>> own = new ArrayList<>();
            long from = starts.get(partition);
            long stretch = firstStretch(most);
            while (own.size() < most && from < ends.get(partition)) {
                long to = Math.min(ends.get(partition), from + stretch);
                own.addAll(read(partition, from, to));
                from = to;
                stretch *= 2;
            }
            found.addAll(own);
        }
        found.sort(BY_TIME);
        return found.subList(0, Math.min(most, found.size()));
    }

    /** Hands over records from a place on, as they come, until enough were shown. */
    public void follow(
            TailStart start,
            long most,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Map<TopicPartition, Long> starts = starts(start);
        consumer.assign(partitions);
        starts.forEach(consumer::seek);
        long shown = 0;
        while (shown < most) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (shown < most && wanted.test(record)) {
                    each.accept(record);
                    shown++;
                }
            }
        }
    }

    private static long firstStretch(int most) {
        return Math.max(SMALLEST_STRETCH, 2L * most);
    }

    private List<ConsumerRecord<byte[], byte[]>> read(
            TopicPartition partition, long from, long to) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        reader.read(
                partition,
                from,
                to,
                record -> {
                    if (wanted.test(record)) {
                        found.add(record);
                    }
                });
        return found;
    }

    /**
     * Never outside what the log holds: an offset that is gone begins at the oldest that is not.
     */
    private Map<TopicPartition, Long> starts(TailStart start) {
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        if (start instanceof TailStart.Since since) {
            return since(since, ends);
        }
        Map<TopicPartition, Long> starts = new HashMap<>();
        for (TopicPartition partition : partitions) {
            long begin = begins.get(partition);
            long end = ends.get(partition);
            starts.put(
                    partition,
                    start instanceof TailStart.At at
                            ? Math.min(end, Math.max(begin, at.offset()))
                            : start instanceof TailStart.Earliest ? begin : end);
        }
        return starts;
    }

    private Map<TopicPartition, Long> since(TailStart.Since since, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, since.time().toEpochMilli()));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(asked);
        Map<TopicPartition, Long> starts = new HashMap<>(ends);
        found.forEach(
                (partition, first) -> {
                    if (first != null) {
                        starts.put(partition, first.offset());
                    }
                });
        return starts;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
