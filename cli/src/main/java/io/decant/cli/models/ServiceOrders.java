package io.decant.cli.models;

import io.decant.cli.topics.TailStart;
import io.decant.cli.topics.TopicRecords;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Control;
import io.decant.records.Order;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Orders to services: which of them stand, and what follows from a wish. A service is the target of
 * its orders as a model is of its own. <i>Thread-safe: no state.</i>
 */
public final class ServiceOrders {
    /** What can be paused. */
    public static final List<String> SERVICES = List.of("teacher", "joiner", "trainer", "gateway");

    /** More than operators give: the topic is compacted. */
    private static final int MOST_ORDERS = 100_000;

    private ServiceOrders() {}

    /** The order to pause that stands for a service; empty when it is not paused. */
    public static Optional<Control> pause(ModelRegister register) {
        return register.orders().stream()
                .filter(order -> order.key().equals(OrderKeys.pause(register.model())))
                .map(StoredRecord::value)
                .reduce(ServiceOrders::later)
                .filter(order -> order.getOrder() == Order.PAUSE);
    }

    /** What pausing or resuming a service comes to; empty when it is so already. */
    public static Optional<OrderPlan.Write> plan(ModelRegister register, Order wish) {
        boolean paused = pause(register).isPresent();
        String service = register.model();
        if (wish == Order.PAUSE && paused) {
            return Optional.empty();
        }
        // A service that was started paused hears only orders that come after its start.
        return Optional.of(
                new OrderPlan.Write(
                        OrderKeys.pause(service),
                        wish,
                        ModelRegister.NONE,
                        wish == Order.PAUSE
                                ? "every " + service + " stops taking work and keeps what it has"
                                : "every " + service + " goes on where it was"));
    }

    /** The services that are paused, and by which order. */
    public static Map<String, Control> paused(ClusterSettings cluster, Duration patience) {
        Topics topics = cluster.topics();
        List<TopicPartition> partitions =
                SERVICES.stream()
                        .map(topics::modelPartition)
                        .distinct()
                        .map(each -> new TopicPartition(topics.name(Topic.CONTROL), each))
                        .toList();
        Map<String, Control> standing = new TreeMap<>();
        try (RecordCodec codec = new RecordCodec(cluster);
                TopicRecords records =
                        new TopicRecords(
                                cluster,
                                partitions,
                                Optional.empty(),
                                InstantSource.system(),
                                patience)) {
            for (ConsumerRecord<byte[], byte[]> record :
                    records.from(new TailStart.Earliest(), MOST_ORDERS)) {
                if (record.key() != null
                        && codec.decode(Topic.CONTROL, record.value(), Control.class)
                                instanceof Decoded.Good<Control> good) {
                    take(standing, new String(record.key(), StandardCharsets.UTF_8), good.value());
                }
            }
        }
        standing.values().removeIf(order -> order.getOrder() != Order.PAUSE);
        return standing;
    }

    private static void take(Map<String, Control> standing, String key, Control order) {
        SERVICES.stream()
                .filter(service -> key.equals(OrderKeys.pause(service)))
                .forEach(service -> standing.merge(service, order, ServiceOrders::later));
    }

    /**
     * Sequences only grow: the order that was written later does not count when its own did not.
     */
    private static Control later(Control known, Control next) {
        return next.getSequence() > known.getSequence() ? next : known;
    }
}
