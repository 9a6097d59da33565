package io.decant.gateway.registry;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows the model's partition of {@code model-registry} and {@code control} with an assigned
 * consumer: gateways without limit need no group. <i>Owned by the follower's thread.</i>
 */
public final class KafkaRegistryFeed implements RegistryFeed {
    /** Longest wait for a consumer to close; a broker that is away must not hold a stop up. */
    static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final RecordCodec codec;
    private final RegistryRecords records;
    private final TopicPartition registry;
    private final TopicPartition control;

    private KafkaRegistryFeed(
            Consumer<byte[], byte[]> consumer, RecordCodec codec, Topics topics, String model) {
        this.consumer = consumer;
        this.codec = codec;
        records = new RegistryRecords(model, codec);
        int partition = topics.modelPartition(model);
        registry = new TopicPartition(topics.name(Topic.MODEL_REGISTRY), partition);
        control = new TopicPartition(topics.name(Topic.CONTROL), partition);
        consumer.assign(List.of(registry, control));
        consumer.seekToBeginning(List.of(registry, control));
    }

    /** Opens a feed at the beginning. */
    public static KafkaRegistryFeed open(ClusterSettings cluster, String clientId, String model) {
        return new KafkaRegistryFeed(
                new Clients(cluster).consumer(clientId, Map.of()),
                new RecordCodec(cluster),
                cluster.topics(),
                model);
    }

    @Override
    public Batch poll(Duration atMost) {
        List<RegistryEvent> events = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        long bytes = 0;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
            bytes += size(record);
            Topic topic =
                    record.topic().equals(control.topic()) ? Topic.CONTROL : Topic.MODEL_REGISTRY;
            Decoded<Optional<RegistryEvent>> read =
                    records.read(topic, record.key(), record.value());
            if (read instanceof Decoded.Good<Optional<RegistryEvent>> good) {
                good.value().ifPresent(events::add);
            } else if (read instanceof Decoded.Bad<Optional<RegistryEvent>> bad) {
                refused.add(new Refused(record, bad.reason(), bad.detail()));
            }
        }
        return new Batch(events, refused, bytes, atEnd(registry) && atEnd(control));
    }

    /** The lag is that of the last answer to a fetch, so asking costs nothing. */
    private boolean atEnd(TopicPartition partition) {
        return consumer.currentLag(partition).orElse(1) == 0;
    }

    static long size(ConsumerRecord<byte[], byte[]> record) {
        return Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSE_PATIENCE));
        codec.close();
    }
}
