package io.decant.cli.deadletters;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.DeadLetter;
import io.decant.topics.Topic;
import io.decant.trainer.journal.LogEnds;
import io.decant.trainer.recover.PartitionReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the dead-letter topic: committed letters and marks, partition by partition. A record there
 * that is no letter is left out. <i>Owned by one thread.</i>
 */
public final class LetterReader implements AutoCloseable {
    private final List<TopicPartition> partitions;
    private final Duration patience;
    private final Admin admin;
    private final Consumer<byte[], byte[]> consumer;
    private final PartitionReader reader;
    private final RecordCodec codec;

    /**
     * Reads with clients of its own.
     *
     * @param patience longest wait for one partition; above the transaction timeout
     */
    public LetterReader(ClusterSettings cluster, InstantSource clock, Duration patience) {
        this.patience = patience;
        String topic = cluster.topics().name(Topic.DEAD_LETTERS);
        partitions =
                IntStream.range(0, cluster.topics().partitions(Topic.DEAD_LETTERS))
                        .mapToObj(each -> new TopicPartition(topic, each))
                        .toList();
        Clients clients = new Clients(cluster);
        String client = "cli-dead-letters";
        admin = clients.admin(client);
        consumer = clients.consumer(client, Map.of("fetch.max.wait.ms", 20));
        reader = new PartitionReader(consumer, clock, patience);
        codec = new RecordCodec(cluster);
    }

    /** Reads values with the installation's schemas; stays the reader's. */
    RecordCodec codec() {
        return codec;
    }

    /** Hands over every letter and mark that was written since a time. */
    public void read(Optional<Instant> since, java.util.function.Consumer<Letter> each) {
        Map<TopicPartition, Long> ends = LogEnds.of(admin, partitions, patience);
        Map<TopicPartition, Long> starts = starts(since, ends);
        for (TopicPartition partition : partitions) {
            reader.read(
                    partition,
                    starts.get(partition),
                    ends.get(partition),
                    record -> letter(record).ifPresent(each));
        }
    }

    private Map<TopicPartition, Long> starts(
            Optional<Instant> since, Map<TopicPartition, Long> ends) {
        if (since.isEmpty()) {
            return consumer.beginningOffsets(partitions);
        }
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(each -> times.put(each, since.get().toEpochMilli()));
        Map<TopicPartition, Long> starts = new HashMap<>(ends);
        consumer.offsetsForTimes(times)
                .forEach(
                        (partition, found) -> {
                            if (found != null) {
                                starts.put(partition, found.offset());
                            }
                        });
        return starts;
    }

    /** Letters at these offsets of a partition; what is no letter is left out. */
    public List<Letter> at(int partition, SortedSet<Long> offsets) {
        List<Letter> found = new ArrayList<>();
        TopicPartition where = new TopicPartition(partitions.get(0).topic(), partition);
        boolean there =
                partition < partitions.size()
                        && offsets.last() < LogEnds.of(admin, List.of(where), patience).get(where)
                        && offsets.first() >= consumer.beginningOffsets(List.of(where)).get(where);
        if (there) {
            reader.read(
                    where,
                    offsets.first(),
                    offsets.last() + 1,
                    record -> {
                        if (offsets.contains(record.offset())) {
                            letter(record).ifPresent(found::add);
                        }
                    });
        }
        return found;
    }

    private Optional<Letter> letter(ConsumerRecord<byte[], byte[]> record) {
        return codec.decode(Topic.DEAD_LETTERS, record.value(), DeadLetter.class)
                        instanceof Decoded.Good<DeadLetter> good
                ? Optional.of(
                        new Letter(
                                new LetterId(record.partition(), record.offset()),
                                good.value(),
                                record.headers()))
                : Optional.empty();
    }

    @Override
    public void close() {
        codec.close();
        consumer.close();
        admin.close();
    }
}
