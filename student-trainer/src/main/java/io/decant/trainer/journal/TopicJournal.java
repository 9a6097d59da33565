package io.decant.trainer.journal;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.stage.ForwardClock;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The journal topic, read span by span. Partitions are fetched ahead together, because spans
 * alternate between them; what waits is bounded by pausing partitions. <i>Owned by one thread.</i>
 */
public final class TopicJournal implements JournalSource {
    private static final Duration POLL = Duration.ofMillis(200);

    /** Records that may wait in one partition's buffer before its fetching is paused. */
    private static final int MOST_WAITING = 4000;

    private static final long NOWHERE = -1;

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final InstantSource waits;
    private final Duration patience;
    private final String topicId;
    private final List<Cursor> cursors = new ArrayList<>();
    private final Map<TopicPartition, Long> beginnings;

    /** One partition: what was fetched but not asked for yet, and where asking stands. */
    private static final class Cursor {
        final TopicPartition partition;
        final Queue<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
        long next = NOWHERE;

        Cursor(TopicPartition partition) {
            this.partition = partition;
        }
    }

    /**
     * Reads with a consumer of its own.
     *
     * @param topicId Kafka's id of the journal topic
     * @param patience longest wait for a record that must be there
     */
    public TopicJournal(
            Clients clients,
            Topics topics,
            String client,
            String topicId,
            InstantSource clock,
            Duration patience) {
        this.topicId = topicId;
        this.waits = new ForwardClock(clock);
        this.patience = patience;
        consumer = clients.consumer(client, Clients.BULK_FETCH);
        for (int p = 0; p < topics.partitions(Topic.TRAINING_PAIRS); p++) {
            cursors.add(new Cursor(new TopicPartition(topics.name(Topic.TRAINING_PAIRS), p)));
        }
        List<TopicPartition> all = cursors.stream().map(cursor -> cursor.partition).toList();
        consumer.assign(all);
        consumer.pause(all);
        beginnings = consumer.beginningOffsets(all);
        // A partition without a position would be looked up at each poll, even a paused one.
        beginnings.forEach((partition, first) -> consumer.seek(partition, first.longValue()));
    }

    @Override
    public String topicId() {
        return topicId;
    }

    @Override
    public long beginning(int partition) {
        return beginnings.get(cursors.get(partition).partition);
    }

    @Override
    public void read(
            int partition, long first, long last, java.util.function.Consumer<JournalRecord> each) {
        Cursor cursor = cursors.get(partition);
        if (first < cursor.next || cursor.next == NOWHERE) {
            seek(cursor, first);
        }
        Instant end = waits.instant().plus(patience);
        while (cursor.next <= last) {
            ConsumerRecord<byte[], byte[]> record = cursor.waiting.poll();
            if (record == null) {
                fetch(cursor, first, last, end);
            } else if (record.offset() > last) {
                throw missing(cursor, first, last);
            } else {
                cursor.next = record.offset() + 1;
                if (record.offset() >= first) {
                    each.accept(
                            new JournalRecord(
                                    partition,
                                    record.offset(),
                                    record.timestamp(),
                                    record.key(),
                                    record.value()));
                }
            }
        }
    }

    private void seek(Cursor cursor, long first) {
        if (first < beginnings.get(cursor.partition)) {
            throw new MissingRangeException(
                    "the journal begins at offset "
                            + beginnings.get(cursor.partition)
                            + " of "
                            + cursor.partition
                            + "; offset "
                            + first
                            + " and what follows is gone");
        }
        cursor.waiting.clear();
        cursor.next = first;
        consumer.seek(cursor.partition, first);
    }

    private void fetch(Cursor wanted, long first, long last, Instant end) {
        for (Cursor cursor : cursors) {
            boolean open = cursor.next != NOWHERE && cursor.waiting.size() < MOST_WAITING;
            if (open) {
                consumer.resume(List.of(cursor.partition));
            } else {
                consumer.pause(List.of(cursor.partition));
            }
        }
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                cursors.get(record.partition()).waiting.add(record);
            }
        } catch (OffsetOutOfRangeException gone) {
            throw missing(wanted, first, last);
        }
        if (wanted.waiting.isEmpty() && consumer.position(wanted.partition) > last) {
            throw missing(wanted, first, last);
        }
        if (wanted.waiting.isEmpty() && waits.instant().isAfter(end)) {
            throw new KafkaException(
                    wanted.partition
                            + " could not be read beyond offset "
                            + consumer.position(wanted.partition)
                            + ", expected "
                            + last
                            + ", in "
                            + patience.toSeconds()
                            + " s; is the broker slow, or a transaction open there?");
        }
    }

    private static MissingRangeException missing(Cursor cursor, long first, long last) {
        return new MissingRangeException(
                "the journal no longer has all records of "
                        + cursor.partition
                        + " offsets "
                        + first
                        + " to "
                        + last);
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
