package io.decant.trainer.publish;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Control;
import io.decant.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    private final String model;
    private final RecordCodec codec;
    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final long endAtStart;
    private final Map<String, Long> versions = new HashMap<>();
    private long orderedAtMillis;

    /** Begins at the oldest order; the codec stays the caller's. */
    public OrdersReader(ClusterSettings cluster, String model, RecordCodec codec) {
        this.model = model;
        this.codec = codec;
        partition =
                new TopicPartition(
                        cluster.topics().name(Topic.CONTROL),
                        cluster.topics().modelPartition(model));
        consumer = new Clients(cluster).consumer("trainer-" + model + "-orders", Map.of());
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        endAtStart = consumer.endOffsets(List.of(partition)).get(partition);
    }

    /** What is ordered, as far as it has arrived; does not wait. */
    public Orders poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ZERO)) {
            if (record.key() != null) {
                take(new String(record.key(), StandardCharsets.UTF_8), record.value());
            }
        }
        return new Orders(
                consumer.position(partition, Duration.ofSeconds(5)) >= endAtStart,
                Set.copyOf(versions.values()),
                orderedAtMillis);
    }

    private void take(String key, byte[] value) {
        boolean ours =
                Stream.of(OVERRIDE, "/@pin/").anyMatch(order -> key.startsWith(model + order));
        if (!ours) {
            return;
        }
        if (value == null) {
            versions.remove(key);
        } else if (codec.decode(Topic.CONTROL, value, Control.class)
                instanceof Decoded.Good<Control> order) {
            versions.put(key, order.value().getVersion());
            if (key.equals(model + OVERRIDE)) {
                orderedAtMillis = Math.max(orderedAtMillis, order.value().getIssuedAtMillis());
            }
        } else {
            LOG.warn("model={} event=order_unreadable key={}", model, key);
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
