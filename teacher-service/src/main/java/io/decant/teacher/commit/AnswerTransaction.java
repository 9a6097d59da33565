package io.decant.teacher.commit;

import io.decant.pipeline.failpoint.FailPoint;
import io.decant.pipeline.kafka.Sends;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transaction that holds answers, dead letters and the offsets they answer: all of them become
 * visible, or none. It is begun by the first record. After any failure the producer is replaced:
 * its successor's {@code initTransactions} ends what the broker still holds open. <i>Owned by one
 * thread.</i>
 */
public final class AnswerTransaction implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerTransaction.class);

    private final Supplier<Producer<byte[], byte[]>> maker;
    private final Sends sends = new Sends();
    private Producer<byte[], byte[]> producer;
    private boolean open;

    /** No transaction yet; {@link #replaceProducer} makes the first producer. */
    public AnswerTransaction(Supplier<Producer<byte[], byte[]>> maker) {
        this.maker = maker;
    }

    /** Fences every earlier producer of this slot and ends its transaction. */
    public void replaceProducer() {
        discard();
        producer = maker.get();
        producer.initTransactions();
    }

    /** Adds a record. */
    public void send(ProducerRecord<byte[], byte[]> record) {
        begin();
        // The callback keeps the first failure; commit throws it.
        var unused = producer.send(record, sends);
    }

    /** Commits all records sent since the last commit, with the offsets that they answer. */
    public void commit(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata member) {
        begin();
        if (!offsets.isEmpty()) {
            producer.sendOffsetsToTransaction(offsets, member);
        }
        FailPoint.TEACHER_BEFORE_COMMIT.reach();
        producer.commitTransaction();
        FailPoint.TEACHER_AFTER_COMMIT.reach();
        sends.check();
        open = false;
    }

    private void begin() {
        if (!open) {
            producer.beginTransaction();
            open = true;
        }
    }

    /** Gives up what is open. The producer is spent: {@link #replaceProducer} before the next. */
    public void abandon() {
        if (open) {
            try {
                producer.abortTransaction();
            } catch (KafkaException | IllegalStateException spent) {
                // Fenced, timed out or already failed: the successor's initTransactions ends it.
                LOG.debug("event=abort_refused error=\"{}\"", spent.toString());
            }
        }
        discard();
    }

    private void discard() {
        open = false;
        sends.reset();
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    /** Closes the producer; an open transaction is given up. */
    @Override
    public void close() {
        abandon();
    }
}
