package io.decant.cli.models;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.sign.RecordSigner;
import io.decant.pipeline.sign.SigningKey;
import io.decant.records.Control;
import io.decant.topics.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Writes an order and reads back whether it stands. Two operators may write at once: the later one
 * wins, by a higher sequence, and both are told. <i>Owned by one thread.</i>
 */
public final class OrderWriter implements AutoCloseable {
    private static final int ATTEMPTS = 5;
    private static final Duration SEND_PATIENCE = Duration.ofSeconds(20);

    private final ClusterSettings cluster;
    private final RegisterReader reader;
    private final InstantSource clock;
    private final RecordCodec codec;
    private final RecordSigner signer;
    private final Producer<byte[], byte[]> producer;

    /** The reader stays the caller's. */
    public OrderWriter(
            ClusterSettings cluster,
            RegisterReader reader,
            InstantSource clock,
            Optional<SigningKey> key) {
        this.cluster = cluster;
        this.reader = reader;
        this.clock = clock;
        codec = new RecordCodec(cluster);
        signer = new RecordSigner(cluster, codec, key);
        producer =
                new Clients(cluster)
                        .producer(
                                "cli-orders",
                                Map.of(
                                        "max.block.ms",
                                        (int) SEND_PATIENCE.toMillis(),
                                        "request.timeout.ms",
                                        5_000,
                                        "delivery.timeout.ms",
                                        (int) SEND_PATIENCE.toMillis()));
    }

    /**
     * An order that was written.
     *
     * @param overtaken an order that another operator wrote at the same moment, before this one
     * @param replacedBy an order that was written after this one and has taken its place
     */
    public record Written(
            Control order, Optional<Control> overtaken, Optional<Control> replacedBy) {}

    /**
     * Writes.
     *
     * @param register read before; orders are read again
     * @throws KafkaException when the cluster does not take it
     */
    public Written write(ModelRegister register, OrderPlan.Write plan, String author, String reason)
            throws InterruptedException {
        Optional<Control> overtaken = Optional.empty();
        ModelRegister now = reader.withOrdersOfNow(register);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Control order =
                    new Control(
                            register.model(),
                            plan.order(),
                            plan.version(),
                            author,
                            reason,
                            now.highestSequence() + 1,
                            clock.millis(),
                            "",
                            ByteBuffer.allocate(0));
            long offset = send(plan.key(), order);
            now = reader.withOrdersOfNow(now);
            Aftermath aftermath = Aftermath.of(now.orders(), plan.key(), offset);
            if (aftermath instanceof Aftermath.Outnumbered other) {
                overtaken = Optional.of(other.by());
            } else {
                return new Written(
                        order,
                        overtaken,
                        aftermath instanceof Aftermath.Replaced replaced
                                ? Optional.of(replaced.by())
                                : Optional.empty());
            }
        }
        throw new KafkaException(
                "others wrote orders at the same moment, "
                        + ATTEMPTS
                        + " times in a row; see decant models list, then try again");
    }

    private long send(String key, Control order) throws InterruptedException {
        byte[] recordKey = key.getBytes(StandardCharsets.UTF_8);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        cluster.topics().name(Topic.CONTROL),
                        cluster.topics().modelPartition(order.getTarget()),
                        recordKey,
                        signer.encode(Topic.CONTROL, recordKey, order));
        try {
            return producer.send(record)
                    .get(SEND_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .offset();
        } catch (ExecutionException | TimeoutException failed) {
            throw new KafkaException("the order could not be written", failed);
        }
    }

    @Override
    public void close() {
        producer.close(SEND_PATIENCE);
        codec.close();
    }
}
