package io.decant.cli.models;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.Control;
import io.decant.records.Order;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Orders to services: which of them stand, and what follows from a wish. A service is the target of
 * its orders as a model is of its own. <i>Thread-safe: no state.</i>
 */
public final class ServiceOrders {
    /** What can be paused. */
    public static final List<String> SERVICES = List.of("teacher", "joiner", "trainer", "gateway");

    private ServiceOrders() {}

    /** The order to pause that stands for a service; empty when it is not paused. */
    public static Optional<Control> pause(ModelRegister register) {
        Optional<Control> standing = Optional.empty();
        for (StoredRecord<Control> order : register.orders()) {
            boolean ours = order.key().equals(OrderKeys.pause(register.model()));
            boolean later =
                    standing.map(
                                    known ->
                                            order.value().getSequence() > known.getSequence())
                            .orElse(true);
            if (ours && later) {
                standing = Optional.of(order.value());
            }
        }
        return standing.filter(order -> order.getOrder() == Order.PAUSE);
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
        Map<String, Control> paused = new LinkedHashMap<>();
        for (String service : SERVICES) {
            try (RegisterReader reader =
                    new RegisterReader(cluster, service, InstantSource.system(), patience)) {
                pause(reader.ordersAlone()).ifPresent(order -> paused.put(service, order));
            }
        }
        return paused;
    }
}
