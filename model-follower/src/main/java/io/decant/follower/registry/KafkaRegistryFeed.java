package io.decant.follower.registry;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.sign.RecordVerifier;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.serde.WriterSchemas;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Follows the model's partition of {@code model-registry} and {@code control} with an assigned
 * consumer: followers without limit need no group. It begins {@value #WINDOW} records before the
 * registry's end, and jumps there when it has fallen far behind. <i>Owned by the follower's
 * thread.</i>
 */
public final class KafkaRegistryFeed implements RegistryFeed {
    /** Longest wait for a consumer to close; a broker that is away must not hold a stop up. */
    static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    /** Followers may be many, so they ask the broker for little more than records. */
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    /** About ten versions: their manifests, aliases and the marks of transactions. */
    private static final int WINDOW = 32;

    private static final int FAR_BEHIND = 4 * WINDOW;

    /** Records of one window lie in memory together. */
    private static final int MAX_WINDOW = 4096;

    /** Bounds what is read in vain at the border of a window. */
    private static final int FETCH_BYTES = 8 << 10;

    private final Consumer<byte[], byte[]> consumer;
    private final RecordCodec codec;
    private final RegistryRecords records;
    private final TopicPartition registry;
    private final TopicPartition control;
    private final Supplier<String> topicIds;
    private final String topicId;
    private final Duration patience;
    private final InstantSource clock;
    private final long beginning;
    private long from;
    private long window = WINDOW;
    private long nextLook;

    private KafkaRegistryFeed(
            Consumer<byte[], byte[]> consumer,
            RecordCodec codec,
            RegistryRecords records,
            Topics topics,
            String model,
            Supplier<String> topicIds,
            Duration patience,
            InstantSource clock) {
        this.consumer = consumer;
        this.codec = codec;
        this.records = records;
        this.topicIds = topicIds;
        topicId = topicIds.get();
        this.patience = patience;
        this.clock = clock;
        nextLook = clock.millis() + LOOK_EVERY.toMillis();
        int partition = topics.modelPartition(model);
        registry = new TopicPartition(topics.name(Topic.MODEL_REGISTRY), partition);
        control = new TopicPartition(topics.name(Topic.CONTROL), partition);
        consumer.assign(List.of(registry, control));
        consumer.seekToBeginning(List.of(control));
        beginning = consumer.beginningOffsets(List.of(registry), patience).get(registry);
        from = nearEnd();
        consumer.seek(registry, from);
    }

    private long nearEnd() {
        long end = consumer.endOffsets(List.of(registry), patience).get(registry);
        return Math.max(beginning, end - WINDOW);
    }

    /**
     * Opens a feed near the end.
     *
     * @param patience longest wait for one answer of the broker
     */
    public static KafkaRegistryFeed open(
            ClusterSettings cluster,
            String clientId,
            String model,
            SignaturePolicy policy,
            TrustedKeys keys,
            Duration patience,
            InstantSource clock) {
        RecordCodec codec = new RecordCodec(cluster);
        WriterSchemas schemas =
                new RememberedSchemas(WriterSchemas.ofRegistry(RecordCodec.properties(cluster)));
        RegistryRecords records =
                new RegistryRecords(
                        model, codec, schemas, new RecordVerifier(policy, keys, schemas));
        Consumer<byte[], byte[]> consumer =
                new Clients(cluster)
                        .consumer(clientId, Map.of("max.partition.fetch.bytes", FETCH_BYTES));
        try {
            return new KafkaRegistryFeed(
                    consumer,
                    codec,
                    records,
                    cluster.topics(),
                    model,
                    () -> topicId(cluster, clientId + "-topic-id", patience),
                    patience,
                    clock);
        } catch (KafkaException unanswered) {
            consumer.close(CloseOptions.timeout(CLOSE_PATIENCE));
            codec.close();
            throw unanswered;
        }
    }

    private static String topicId(ClusterSettings cluster, String clientId, Duration patience) {
        String name = cluster.topics().name(Topic.MODEL_REGISTRY);
        try (Admin admin = new Clients(cluster).admin(clientId)) {
            return admin.describeTopics(List.of(name))
                    .allTopicNames()
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .get(name)
                    .topicId()
                    .toString();
        } catch (ExecutionException | TimeoutException unanswered) {
            throw new KafkaException("the broker does not describe the topic " + name, unanswered);
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }

    @Override
    public Batch poll(Duration atMost) {
        lookAtTheTopic();
        Reading reading = new Reading();
        consumer.poll(atMost).forEach(reading::read);
        boolean behind = consumer.currentLag(registry).orElse(0) > FAR_BEHIND;
        if (behind) {
            from = nearEnd();
            window = WINDOW;
            consumer.seek(registry, from);
        }
        return reading.batch(!behind && atEnd(registry) && atEnd(control), behind);
    }

    /** A consumer would go on at the old offset, in other records. */
    private void lookAtTheTopic() {
        if (clock.millis() < nextLook) {
            return;
        }
        nextLook = clock.millis() + LOOK_EVERY.toMillis();
        String now = topicIds.get();
        if (!now.equals(topicId)) {
            throw new KafkaException(
                    "topic "
                            + registry.topic()
                            + " was deleted and made again: its id was "
                            + topicId
                            + ", it is now "
                            + now
                            + "; it is read anew");
        }
    }

    /** The lag is that of the last answer to a fetch, so asking costs nothing. */
    private boolean atEnd(TopicPartition partition) {
        return consumer.currentLag(partition).orElse(1) == 0;
    }

    @Override
    public Batch older() {
        long to = from;
        long start = Math.max(beginning, to - window);
        long resume = consumer.position(registry);
        long deadline = clock.millis() + patience.toMillis();
        Reading reading = new Reading();
        consumer.pause(List.of(control));
        consumer.seek(registry, start);
        try {
            while (consumer.position(registry) < to) {
                if (clock.millis() > deadline) {
                    throw new org.apache.kafka.common.errors.TimeoutException(
                            "the records of "
                                    + registry
                                    + " from offset "
                                    + start
                                    + " to "
                                    + to
                                    + " could not be read within "
                                    + patience);
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience)) {
                    if (record.offset() < to) {
                        reading.read(record);
                    }
                }
            }
        } finally {
            consumer.seek(registry, resume);
            consumer.resume(List.of(control));
        }
        from = start;
        window = Math.min(2 * window, MAX_WINDOW);
        Collections.reverse(reading.changes);
        return reading.batch(false, false);
    }

    @Override
    public boolean whole() {
        return from == beginning;
    }

    @Override
    public String topicId() {
        return topicId;
    }

    /** Records as they become a batch. */
    private final class Reading {
        private final List<Change> changes = new ArrayList<>();
        private final List<Refused> refused = new ArrayList<>();
        private long bytes;

        void read(ConsumerRecord<byte[], byte[]> record) {
            bytes += size(record);
            Topic topic =
                    record.topic().equals(control.topic()) ? Topic.CONTROL : Topic.MODEL_REGISTRY;
            Decoded<Optional<RegistryEvent>> read =
                    records.read(topic, record.key(), record.value());
            if (read instanceof Decoded.Good<Optional<RegistryEvent>> good) {
                good.value().ifPresent(event -> changes.add(new Change(event, record)));
            } else if (read instanceof Decoded.Bad<Optional<RegistryEvent>> bad) {
                refused.add(new Refused(record, bad.reason(), bad.detail()));
            }
        }

        Batch batch(boolean caughtUp, boolean skipped) {
            return new Batch(changes, refused, bytes, caughtUp, skipped);
        }
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
