package io.decant.dev.registry;

import io.decant.dev.DevStackException;
import io.decant.pipeline.retry.Backoff;
import io.decant.pipeline.topics.TopicCreator;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The schemas topic: makes it, reads it from the start, appends to it. Only one registry may write
 * a topic at a time.
 *
 * <p><em>Not thread-safe: owned by the registry's handler.</em>
 */
final class SchemaLog implements AutoCloseable {
    private final TopicPartition partition;
    private final Map<String, Object> connection;
    private final Duration timeout;
    private final Producer<String, String> producer;

    private SchemaLog(String topic, Map<String, Object> connection, Duration timeout) {
        this.partition = new TopicPartition(topic, 0);
        this.connection = connection;
        this.timeout = timeout;
        int millis = Math.toIntExact(timeout.toMillis());
        this.producer =
                new KafkaProducer<>(
                        with(
                                connection,
                                Map.of(
                                        "acks",
                                        "all",
                                        "linger.ms",
                                        0,
                                        "max.block.ms",
                                        millis,
                                        "request.timeout.ms",
                                        millis,
                                        "delivery.timeout.ms",
                                        millis)),
                        new StringSerializer(),
                        new StringSerializer());
    }

    /**
     * Connects, and makes the topic when it is missing.
     *
     * @param kafka settings of every client: TLS, password
     * @throws io.decant.pipeline.retry.GaveUpException when the broker cannot be reached
     * @throws DevStackException when the topic exists but would not keep schemas
     */
    static SchemaLog open(
            String bootstrapServers, Map<String, String> kafka, String topic, Duration timeout) {
        Map<String, Object> connection = with(kafka, Map.of("bootstrap.servers", bootstrapServers));
        try (Admin admin = Admin.create(connection)) {
            NewTopic wanted =
                    new NewTopic(topic, Optional.of(1), Optional.empty())
                            .configs(
                                    Map.of(
                                            TopicConfig.CLEANUP_POLICY_CONFIG,
                                            TopicConfig.CLEANUP_POLICY_COMPACT));
            TopicCreator.create(admin, List.of(wanted), timeout);
            checkCompacted(admin, topic, timeout);
        }
        return new SchemaLog(topic, connection, timeout);
    }

    private static Map<String, Object> with(Map<String, ?> some, Map<String, ?> more) {
        Map<String, Object> both = new HashMap<>(some);
        both.putAll(more);
        return both;
    }

    private static void checkCompacted(Admin admin, String topic, Duration timeout) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        String policy =
                Backoff.within(timeout)
                        .retry(
                                "read the settings of topic " + topic,
                                failure -> failure.getCause() instanceof RetriableException,
                                left -> settings(admin, resource, left))
                        .get(TopicConfig.CLEANUP_POLICY_CONFIG)
                        .value();
        if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            throw new DevStackException(
                    "topic %s has cleanup.policy=%s and would lose schemas; set it to compact"
                            .formatted(topic, policy));
        }
    }

    private static Config settings(Admin admin, ConfigResource topic, Duration left)
            throws ExecutionException, InterruptedException {
        var options = new DescribeConfigsOptions().timeoutMs(Math.toIntExact(left.toMillis()));
        return admin.describeConfigs(List.of(topic), options).all().get().get(topic);
    }

    /**
     * Hands every entry of the topic to {@code sink}, oldest first.
     *
     * @throws DevStackException when the end is not reached in time or a record is not of the
     *     registry's format
     */
    void replay(Consumer<LogEntry> sink) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try (var consumer =
                new KafkaConsumer<>(
                        connection, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> assigned = List.of(partition);
            consumer.assign(assigned);
            consumer.seekToBeginning(assigned);
            long end = consumer.endOffsets(assigned, timeout).get(partition);
            while (consumer.position(partition, timeout) < end) {
                if (System.nanoTime() > deadline) {
                    throw new DevStackException(
                            "could not read topic %s up to offset %d within %s"
                                    .formatted(partition.topic(), end, timeout));
                }
                for (ConsumerRecord<String, String> read : consumer.poll(Duration.ofMillis(200))) {
                    decoded(read).ifPresent(sink);
                }
            }
        }
    }

    private static Optional<LogEntry> decoded(ConsumerRecord<String, String> read) {
        try {
            return SchemaLogFormat.decode(read.key(), read.value());
        } catch (IllegalArgumentException failed) {
            throw new DevStackException(
                    "the record at offset %d of topic %s is not a schema registry's: %s; the registry needs a topic of its own"
                            .formatted(read.offset(), read.topic(), failed.getMessage()),
                    failed);
        }
    }

    /**
     * Writes an entry; returns when the broker has it.
     *
     * @throws RegistryError when it could not be written in time
     */
    void append(LogEntry entry) {
        SchemaLogFormat.Encoded encoded = SchemaLogFormat.encode(entry);
        var toSend =
                new ProducerRecord<>(
                        partition.topic(), partition.partition(), encoded.key(), encoded.value());
        try {
            // The producer's own limit comes first; this one is for a producer that hangs.
            producer.send(toSend).get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw RegistryError.logFailed(failed.getCause().getMessage());
        } catch (TimeoutException late) {
            throw RegistryError.logFailed("no answer within " + timeout.multipliedBy(2));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw RegistryError.logFailed("interrupted");
        }
    }

    @Override
    public void close() {
        producer.close(timeout);
    }
}
