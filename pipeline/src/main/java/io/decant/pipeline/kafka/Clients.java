package io.decant.pipeline.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes Kafka clients that move raw bytes; records are decoded by {@link
 * io.decant.pipeline.record.RecordCodec}, so that broken bytes are a value and not an exception in
 * {@code poll}. Every setting under {@code kafka.} passes through and wins. A client's id begins
 * with the installation's prefix and says which service it is of and what for, so that quotas and
 * logs can name it. <i>Thread-safe.</i>
 */
public final class Clients {
    /**
     * For consumers of a steady stream: wait a moment for a fetch to be worth its request. Without
     * it a consumer in step asks the broker for each handful of records, and requests cost more
     * than records.
     */
    public static final Map<String, Object> BULK_FETCH =
            Map.of("fetch.min.bytes", 32 << 10, "fetch.max.wait.ms", 25);

    private final ClusterSettings cluster;

    public Clients(ClusterSettings cluster) {
        this.cluster = cluster;
    }

    public Admin admin(String clientId) {
        Map<String, Object> properties = common(clientId);
        return Admin.create(merged(properties));
    }

    /**
     * An idempotent producer that waits for all replicas; batches are large, because throughput
     * needs it.
     */
    public Producer<byte[], byte[]> producer(String clientId, Map<String, Object> extra) {
        Map<String, Object> properties = common(clientId);
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        properties.put("batch.size", 256 << 10);
        properties.put("linger.ms", 5);
        properties.put("buffer.memory", 64L << 20);
        properties.put("delivery.timeout.ms", 60_000);
        properties.put("request.timeout.ms", 20_000);
        properties.putAll(extra);
        return new KafkaProducer<>(
                merged(properties), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * A transactional producer. {@code initTransactions} is the caller's.
     *
     * @param timeout longest life of an open transaction whose writer died; well above the commit
     *     interval
     */
    public Producer<byte[], byte[]> transactionalProducer(
            String clientId, String transactionalId, Duration timeout, Map<String, Object> extra) {
        Map<String, Object> properties = new HashMap<>(extra);
        properties.put("transactional.id", transactionalId);
        properties.put("transaction.timeout.ms", (int) timeout.toMillis());
        properties.putIfAbsent("delivery.timeout.ms", (int) timeout.toMillis());
        properties.putIfAbsent(
                "request.timeout.ms", (int) Math.min(20_000, timeout.toMillis() - 1_000));
        return producer(clientId, properties);
    }

    /** A read_committed consumer that never commits by itself. */
    public Consumer<byte[], byte[]> consumer(String clientId, Map<String, Object> extra) {
        Map<String, Object> properties = common(clientId);
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "none");
        properties.put("max.poll.records", 2000);
        properties.put("allow.auto.create.topics", false);
        properties.putAll(extra);
        return new KafkaConsumer<>(
                merged(properties), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Map<String, Object> common(String clientId) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", cluster.bootstrapServers());
        properties.put("client.id", named(clientId));
        // Client metrics pushed to the broker need a plug-in there; Decant exports its own.
        properties.put("enable.metrics.push", false);
        return properties;
    }

    private String named(String clientId) {
        return clientId.startsWith(cluster.prefix()) ? clientId : cluster.prefix() + clientId;
    }

    private Map<String, Object> merged(Map<String, Object> properties) {
        properties.putAll(cluster.kafka());
        return properties;
    }
}
