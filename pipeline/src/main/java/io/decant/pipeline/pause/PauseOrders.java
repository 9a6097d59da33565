package io.decant.pipeline.pause;

import io.decant.records.Control;
import io.decant.records.Order;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Decides whether a service is paused: by the standing order, or by its configuration until it is
 * ordered to resume. Sequences only grow, so an order that comes after one of a higher sequence is
 * an old record and changes nothing. Pure. <i>Owned by one thread.</i>
 */
final class PauseOrders {
    private final String service;
    private final boolean startPaused;
    private final Instant startedAt;
    private Optional<Control> standing = Optional.empty();

    /**
     * No order yet.
     *
     * @param startPaused the service takes no work until an order to resume that was issued after
     *     {@code startedAt}
     */
    PauseOrders(String service, boolean startPaused, Instant startedAt) {
        this.service = service;
        this.startPaused = startPaused;
        this.startedAt = startedAt;
    }

    /** The key of orders to pause or resume a service. */
    static String key(String service) {
        return service + "/pause";
    }

    /** The next order in the topic. */
    void take(Control order) {
        boolean old =
                standing.map(known -> order.getSequence() <= known.getSequence()).orElse(false);
        boolean ours = order.getOrder() == Order.PAUSE || order.getOrder() == Order.RESUME;
        if (ours && !old) {
            standing = Optional.of(order);
        }
    }

    /** The order was removed from the topic. */
    void remove() {
        standing = Optional.empty();
    }

    /** Why the service takes no work, one sentence; empty when it does. */
    Optional<String> reason() {
        if (standing.isPresent() && standing.get().getOrder() == Order.PAUSE) {
            Control order = standing.get();
            return Optional.of(
                    "paused by "
                            + order.getAuthor()
                            + " since "
                            + Instant.ofEpochMilli(order.getIssuedAtMillis())
                                    .truncatedTo(ChronoUnit.SECONDS)
                            + ": "
                            + order.getReason()
                            + "; 'decant resume "
                            + service
                            + "' lets it go on");
        }
        boolean letGo =
                standing.map(order -> order.getIssuedAtMillis() >= startedAt.toEpochMilli())
                        .orElse(false);
        return startPaused && !letGo
                ? Optional.of(
                        "started paused (pause.start-paused is true); 'decant resume "
                                + service
                                + "' lets it go on")
                : Optional.empty();
    }
}
