package io.decant.trainer.journal;

import io.decant.pipeline.kafka.Clients;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the training journal from given offsets on, committed records only. Offsets belong to the
 * learner's state; none is committed here. A range that the broker no longer has stops the reader
 * with its name. <i>Owned by the trainer's stage thread.</i>
 */
public final class JournalReader implements AutoCloseable {
    /** A turn of a large student must not last so long that nothing else has its turn. */
    private static final int RECORDS_A_POLL = 500;

    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    public JournalReader(Clients clients, Topics topics, String model) {
        Map<String, Object> settings = new HashMap<>(Clients.BULK_FETCH);
        settings.put("max.poll.records", RECORDS_A_POLL);
        consumer = clients.consumer("trainer-" + model + "-journal", settings);
        partitions =
                IntStream.range(0, topics.partitions(Topic.TRAINING_PAIRS))
                        .mapToObj(
                                partition ->
                                        new TopicPartition(
                                                topics.name(Topic.TRAINING_PAIRS), partition))
                        .toList();
        consumer.assign(partitions);
    }

    /** The first offsets of a new model, one for each partition. */
    public List<Long> startOffsets(JournalStart start) {
        Map<TopicPartition, Long> offsets =
                switch (start.from()) {
                    case EARLIEST -> consumer.beginningOffsets(partitions);
                    case LATEST -> consumer.endOffsets(partitions);
                    case TIME -> offsetsAt(start.time().orElseThrow());
                };
        return partitions.stream().map(offsets::get).toList();
    }

    private Map<TopicPartition, Long> offsetsAt(Instant time) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, time.toEpochMilli()));
        Map<TopicPartition, Long> offsets = new HashMap<>(consumer.endOffsets(partitions));
        consumer.offsetsForTimes(times)
                .forEach(
                        (partition, found) -> {
                            if (found != null) {
                                offsets.put(partition, found.offset());
                            }
                        });
        return offsets;
    }

    /**
     * Where to go on when part of the journal is lost: the offsets, or the oldest record left.
     *
     * @param offsets wanted, one for each partition
     */
    public List<Long> behindGaps(List<Long> offsets) {
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
        List<Long> possible = new ArrayList<>();
        for (int i = 0; i < offsets.size(); i++) {
            possible.add(Math.max(offsets.get(i), beginnings.get(partitions.get(i))));
        }
        return possible;
    }

    /**
     * Goes to offsets, one for each partition.
     *
     * @throws MissingRangeException when records from there on are gone, with the lost range
     */
    public void seek(List<Long> offsets) {
        if (offsets.size() != partitions.size()) {
            throw new IllegalStateException(
                    "the model's state covers "
                            + offsets.size()
                            + " journal partitions; the topic has "
                            + partitions.size()
                            + ", and partition counts never change");
        }
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
        List<String> lost = new ArrayList<>();
        for (int i = 0; i < offsets.size(); i++) {
            TopicPartition partition = partitions.get(i);
            if (offsets.get(i) < beginnings.get(partition)) {
                lost.add(
                        partition
                                + " offsets "
                                + offsets.get(i)
                                + " to "
                                + (beginnings.get(partition) - 1));
            }
            consumer.seek(partition, offsets.get(i));
        }
        if (!lost.isEmpty()) {
            throw lost(String.join(", ", lost));
        }
    }

    /**
     * Records that have arrived; waits for some, but not longer than the time given.
     *
     * @throws MissingRangeException when the records that follow are gone
     */
    public ConsumerRecords<byte[], byte[]> poll(Duration wait) {
        try {
            return consumer.poll(wait);
        } catch (OffsetOutOfRangeException gone) {
            throw lost("at " + gone.offsetOutOfRangePartitions());
        }
    }

    private static MissingRangeException lost(String range) {
        return new MissingRangeException(
                "the journal no longer has what the model would learn next: "
                        + range
                        + "; lengthen the topic's retention, and start a new model under another model.name, or let this one go on without those records: --accept-gap (journal.accept-gap)");
    }

    /** The next offset to be read of each partition, past markers and aborted records too. */
    public List<Long> positions() {
        return partitions.stream().map(consumer::position).toList();
    }

    /** The journal's partitions, in order. */
    public List<TopicPartition> partitions() {
        return partitions;
    }

    /** Records that have not been read yet, as far as the last fetches tell. */
    public long lag() {
        return partitions.stream()
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum();
    }

    @Override
    public void close() {
        consumer.close(
                org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
