package io.decant.trainer.publish;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Control;
import io.decant.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the control topic for what concerns one model's versions: pins and the override. <i>Owned
 * by the trainer's stage thread.</i>
 */
public final class OrdersReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OrdersReader.class);

    private static final String OVERRIDE = "/@override";

    /** Longest wait of the first read, a poll at a time. */
    private static final int FIRST_POLLS = 50;

    private static final Duration FIRST_POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String model;
    private final RecordCodec codec;
    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final long endAtStart;
    private final StandingOrders standing;

    /**
     * Reads what was ordered so far, for a bounded time, from the oldest order on; the codec stays
     * the caller's.
     */
    public OrdersReader(ClusterSettings cluster, String model, RecordCodec codec) {
        this.model = model;
        this.codec = codec;
        standing = new StandingOrders(model + OVERRIDE);
        partition =
                new TopicPartition(
                        cluster.topics().name(Topic.CONTROL),
                        cluster.topics().modelPartition(model));
        consumer = new Clients(cluster).consumer("trainer-" + model + "-orders", Map.of());
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        endAtStart = consumer.endOffsets(List.of(partition)).get(partition);
        for (int i = 0; i < FIRST_POLLS && !isCurrent(); i++) {
            take(FIRST_POLL);
        }
    }

    /** What is ordered, as far as it has arrived; does not wait. */
    public Orders poll() {
        take(Duration.ZERO);
        return standing.orders(isCurrent());
    }

    private boolean isCurrent() {
        return consumer.position(partition, PATIENCE) >= endAtStart;
    }

    private void take(Duration wait) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            if (record.key() != null) {
                take(new String(record.key(), StandardCharsets.UTF_8), record.value());
            }
        }
    }

    private void take(String key, byte[] value) {
        boolean ours =
                Stream.of(OVERRIDE, "/@pin/").anyMatch(order -> key.startsWith(model + order));
        if (!ours) {
            return;
        }
        if (value == null) {
            standing.remove(key);
        } else if (codec.decode(Topic.CONTROL, value, Control.class)
                instanceof Decoded.Good<Control> order) {
            standing.take(key, order.value());
        } else {
            LOG.warn("model={} event=order_unreadable key={}", model, key);
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
