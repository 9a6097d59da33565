package io.decant.teacher;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.topics.TopicWatch;
import io.decant.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * The Kafka clients of one teacher stage. <i>Immutable; what it makes is owned by the stage.</i>
 *
 * @param members makes the member of the teacher's group
 * @param readers makes a consumer without a group, for the model registry
 * @param producers makes a transactional producer of the slot
 * @param watches watches the topics that offsets and answers are of
 */
record TeacherClients(
        Supplier<Consumer<byte[], byte[]>> members,
        Supplier<Consumer<byte[], byte[]>> readers,
        Supplier<Producer<byte[], byte[]>> producers,
        Supplier<TopicWatch> watches) {
    private static final int MAX_POLL_RECORDS = 2_000;
    private static final int HEARTBEATS_PER_SESSION = 6;

    static TeacherClients of(TeacherConfig config) {
        Clients clients = new Clients(config.cluster());
        String slot = config.transactionalId();
        return new TeacherClients(
                () -> clients.consumer(slot, memberSettings(config)),
                () -> clients.consumer(slot + "-card", Map.of()),
                () ->
                        clients.transactionalProducer(
                                slot, slot, config.transactionTimeout(), producerSettings(config)),
                () ->
                        TopicWatch.over(
                                config.cluster(),
                                topic -> config.source().name(topic, config.cluster().topics()),
                                slot + "-topics",
                                List.of(Topic.SAMPLES, Topic.SOFT_TARGETS),
                                config.transactionTimeout()));
    }

    private static Map<String, Object> memberSettings(TeacherConfig config) {
        Duration heartbeat = config.sessionTimeout().dividedBy(HEARTBEATS_PER_SESSION);
        Map<String, Object> settings = new HashMap<>(Clients.BULK_FETCH);
        settings.put("group.id", config.group());
        // A slot that comes back takes its old place at once, and a second process with the same
        // slot pushes the first one out instead of sharing with it.
        settings.put("group.instance.id", config.transactionalId());
        settings.put("session.timeout.ms", (int) config.sessionTimeout().toMillis());
        settings.put("heartbeat.interval.ms", (int) heartbeat.toMillis());
        int records = Math.min(MAX_POLL_RECORDS, config.commit().maxSamples());
        // Who has to rest after each batch must not have the next one in hand already.
        settings.put(
                "max.poll.records",
                config.deviceShare() < 1 ? Math.min(records, config.batch().size()) : records);
        return settings;
    }

    private static Map<String, Object> producerSettings(TeacherConfig config) {
        // Readers see answers only after the commit, which sends what still lingers: until then
        // larger batches are smaller in the log and cost nothing.
        return Map.of(
                "compression.type",
                "zstd",
                "linger.ms",
                (int) config.commit().interval().toMillis(),
                "max.block.ms",
                config.transactionTimeout().toMillis());
    }
}
