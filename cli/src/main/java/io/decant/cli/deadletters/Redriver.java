package io.decant.cli.deadletters;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.kafka.Sends;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.DeadLetter;
import io.decant.records.Redriven;
import io.decant.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Sends letters' records to their topics again. The record and the mark that says so are in one
 * transaction, so a record is sent again exactly when it is marked, whatever ends this process. An
 * installation has one redriver at a time: a later one ends the open transaction of an earlier one,
 * which then fails, and afterwards sees every mark. <i>Owned by one thread.</i>
 */
public final class Redriver implements AutoCloseable {
    /** Names the letter on a record that was sent again. */
    public static final String HEADER = "decant-redriven-from";

    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final String deadLetters;
    private final RecordCodec codec;
    private final InstantSource clock;
    private final Sends sends = new Sends();
    private final Producer<byte[], byte[]> producer;
    private boolean open;

    /**
     * Takes over from every earlier redriver; marks that are read from now on are the last word.
     *
     * @param codec writes marks; stays the caller's
     * @throws org.apache.kafka.common.KafkaException when the cluster does not let it
     */
    public Redriver(ClusterSettings cluster, RecordCodec codec, InstantSource clock) {
        deadLetters = cluster.topics().name(Topic.DEAD_LETTERS);
        this.codec = codec;
        this.clock = clock;
        String id = cluster.prefix() + "dead-letters-redrive";
        producer =
                new Clients(cluster)
                        .transactionalProducer(
                                id,
                                id,
                                TRANSACTION_TIMEOUT,
                                Map.of("max.block.ms", TRANSACTION_TIMEOUT.toMillis()));
        producer.initTransactions();
    }

    /** Adds a letter's record and its mark to the open transaction. */
    public void resend(Letter letter, int partition, String author, String reason) {
        if (!open) {
            producer.beginTransaction();
            open = true;
        }
        // The callback keeps the first failure; commit throws it.
        var unusedRecord = producer.send(again(letter, partition), sends);
        var unusedMark = producer.send(mark(letter, partition, author, reason), sends);
    }

    private static ProducerRecord<byte[], byte[]> again(Letter letter, int partition) {
        DeadLetter content = letter.content();
        Headers headers = new RecordHeaders(letter.headers());
        headers.add(HEADER, letter.id().toString().getBytes(StandardCharsets.UTF_8));
        return new ProducerRecord<>(
                content.getTopic(),
                partition,
                content.getTimestampMillis() < 0 ? null : content.getTimestampMillis(),
                letter.key(),
                letter.value(),
                headers);
    }

    /** Behind the letter in the same partition, so retention never takes the mark first. */
    private ProducerRecord<byte[], byte[]> mark(
            Letter letter, int partition, String author, String reason) {
        DeadLetter mark =
                DeadLetter.newBuilder(letter.content())
                        .setKey(null)
                        .setValue(null)
                        .setAtMillis(clock.millis())
                        .setRedriven(new Redriven(letter.id().offset(), partition, author, reason))
                        .build();
        return new ProducerRecord<>(
                deadLetters,
                letter.id().partition(),
                letter.key(),
                codec.encode(Topic.DEAD_LETTERS, mark));
    }

    /** Makes what was added visible, all of it. */
    public void commit() {
        if (open) {
            producer.commitTransaction();
            sends.check();
            open = false;
        }
    }

    /** Gives up what is not committed. */
    @Override
    public void close() {
        producer.close(CLOSE_PATIENCE);
    }
}
