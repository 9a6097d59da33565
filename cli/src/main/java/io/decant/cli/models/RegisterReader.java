package io.decant.cli.models;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Alias;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.GatewayStatus;
import io.decant.records.WeightsChunk;
import io.decant.topics.Topic;
import io.decant.trainer.journal.LogEnds;
import io.decant.trainer.publish.Keys;
import io.decant.trainer.recover.PartitionReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads what a cluster says of one model. Records that cannot be read are left out: a gateway
 * leaves them out as well. <i>Owned by one thread.</i>
 */
public final class RegisterReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final ClusterSettings cluster;
    private final String model;
    private final Duration patience;
    private final InstantSource clock;
    private final Admin admin;
    private final Consumer<byte[], byte[]> consumer;
    private final PartitionReader reader;
    private final RecordCodec codec;

    /**
     * Reads with clients of its own.
     *
     * @param patience longest wait for each topic; above the transaction timeout
     */
    public RegisterReader(
            ClusterSettings cluster, String model, InstantSource clock, Duration patience) {
        this.cluster = cluster;
        this.model = model;
        this.clock = clock;
        this.patience = patience;
        Clients clients = new Clients(cluster);
        admin = clients.admin("cli-models-" + model);
        consumer = clients.consumer("cli-models-" + model, Map.of("fetch.max.wait.ms", 20));
        reader = new PartitionReader(consumer, clock, patience);
        codec = new RecordCodec(cluster);
    }

    /** Everything that is committed now. */
    public ModelRegister read() {
        NavigableMap<Long, StoredRecord<CheckpointManifest>> versions = new TreeMap<>();
        Map<String, StoredRecord<Alias>> aliases = new HashMap<>();
        each(
                Topic.MODEL_REGISTRY,
                record -> {
                    String key = key(record);
                    OptionalLong version = Keys.versionOf(model, record.key());
                    if (version.isPresent()) {
                        replace(
                                versions,
                                version.getAsLong(),
                                Topic.MODEL_REGISTRY,
                                record,
                                CheckpointManifest.class);
                    } else if (key.equals(Keys.live(model))) {
                        replace(aliases, key, Topic.MODEL_REGISTRY, record, Alias.class);
                    }
                });
        Orders orders = orders();
        return new ModelRegister(
                model,
                versions,
                Optional.ofNullable(aliases.get(Keys.live(model))),
                orders.all,
                Optional.ofNullable(orders.last.get(OrderKeys.override(model))),
                orders.pins(model),
                List.copyOf(gateways().values()));
    }

    /**
     * The orders that are committed now, and nothing else; for a service, which has no versions.
     */
    public ModelRegister ordersAlone() {
        return withOrdersOfNow(
                new ModelRegister(
                        model,
                        new TreeMap<>(),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        new TreeMap<>(),
                        List.of()));
    }

    /** As {@link #read}, with the orders alone read again. */
    public ModelRegister withOrdersOfNow(ModelRegister before) {
        Orders orders = orders();
        return new ModelRegister(
                model,
                before.versions(),
                before.live(),
                orders.all,
                Optional.ofNullable(orders.last.get(OrderKeys.override(model))),
                orders.pins(model),
                before.gateways());
    }

    private record Orders(
            List<StoredRecord<Control>> all, Map<String, StoredRecord<Control>> last) {
        NavigableMap<Long, StoredRecord<Control>> pins(String model) {
            NavigableMap<Long, StoredRecord<Control>> pins = new TreeMap<>();
            last.forEach(
                    (key, order) ->
                            OrderKeys.pinned(model, key)
                                    .ifPresent(version -> pins.put(version, order)));
            return pins;
        }
    }

    private Orders orders() {
        Orders orders = new Orders(new ArrayList<>(), new HashMap<>());
        each(
                Topic.CONTROL,
                record -> {
                    String key = key(record);
                    if (!OrderKeys.isAbout(model, key)) {
                        return;
                    }
                    StoredRecord<Control> before = orders.last.get(key);
                    StoredRecord<Control> order =
                            replace(orders.last, key, Topic.CONTROL, record, Control.class);
                    if (order == null) {
                        return;
                    }
                    orders.all.add(order);
                    // Gateways pass an order that comes after one of a higher sequence.
                    if (before != null
                            && order.value().getSequence() <= before.value().getSequence()) {
                        orders.last.put(key, before);
                    }
                });
        return orders;
    }

    private Map<String, GatewayStatus> gateways() {
        Map<String, StoredRecord<GatewayStatus>> reports = new TreeMap<>();
        each(
                Topic.GATEWAY_STATUS,
                record ->
                        replace(
                                reports,
                                key(record),
                                Topic.GATEWAY_STATUS,
                                record,
                                GatewayStatus.class));
        Map<String, GatewayStatus> gateways = new LinkedHashMap<>();
        reports.forEach((id, report) -> put(gateways, id, report.value()));
        return gateways;
    }

    private void put(Map<String, GatewayStatus> gateways, String id, GatewayStatus status) {
        if (status.getModel().equals(model)) {
            gateways.put(id, status);
        }
    }

    /**
     * Follows the gateways' reports until they are as wanted, or for a time.
     *
     * @return the last report of each gateway
     */
    public List<GatewayStatus> awaitGateways(
            Predicate<List<GatewayStatus>> wanted, Duration atMost) {
        Map<String, GatewayStatus> gateways = new TreeMap<>();
        TopicPartition partition = partition(Topic.GATEWAY_STATUS);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = clock.millis() + atMost.toMillis();
        boolean done = false;
        while (!done) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.value() == null) {
                    gateways.remove(key(record));
                } else if (codec.decode(Topic.GATEWAY_STATUS, record.value(), GatewayStatus.class)
                        instanceof Decoded.Good<GatewayStatus> good) {
                    put(gateways, key(record), good.value());
                }
            }
            boolean upToDate = consumer.currentLag(partition).orElse(1) == 0;
            done = clock.millis() >= end || upToDate && wanted.test(List.copyOf(gateways.values()));
        }
        return List.copyOf(gateways.values());
    }

    /** The chunks of a form, as they lie in the topic; other models' are left out. */
    public List<WeightsChunk> chunks(CheckpointForm form) {
        List<WeightsChunk> chunks = new ArrayList<>();
        reader.read(
                new TopicPartition(
                        cluster.topics().name(Topic.MODEL_WEIGHTS),
                        form.getChunks().getPartition()),
                form.getChunks().getFrom(),
                form.getChunks().getTo(),
                record -> {
                    if (record.value() != null
                            && key(record).startsWith(model + "/")
                            && codec.decode(Topic.MODEL_WEIGHTS, record.value(), WeightsChunk.class)
                                    instanceof Decoded.Good<WeightsChunk> good) {
                        chunks.add(good.value());
                    }
                });
        return chunks;
    }

    private TopicPartition partition(Topic topic) {
        return new TopicPartition(
                cluster.topics().name(topic), cluster.topics().modelPartition(model));
    }

    private void each(
            Topic topic, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
        TopicPartition partition = partition(topic);
        long end = LogEnds.of(admin, List.of(partition), patience).get(partition);
        reader.readFromStart(partition, end, each);
    }

    /** Takes a record in the place of an earlier one; null when it is a removal or unreadable. */
    private <K, T extends SpecificRecord> StoredRecord<T> replace(
            Map<K, StoredRecord<T>> records,
            K key,
            Topic topic,
            ConsumerRecord<byte[], byte[]> record,
            Class<T> type) {
        if (record.value() == null) {
            records.remove(key);
            return null;
        }
        if (!(codec.decode(topic, record.value(), type) instanceof Decoded.Good<T> good)) {
            return null;
        }
        StoredRecord<T> stored =
                new StoredRecord<>(
                        topic, key(record), record.offset(), record.value(), good.value());
        records.put(key, stored);
        return stored;
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        codec.close();
        consumer.close();
        admin.close();
    }
}
