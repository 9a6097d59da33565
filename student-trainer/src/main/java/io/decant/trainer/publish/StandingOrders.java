package io.decant.trainer.publish;

import io.decant.records.Control;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which of a model's orders stand, by gateways' rule: sequences only grow, so an order that comes
 * after one of a higher sequence is an old record and changes nothing. A version that gateways go
 * on serving must not be removed because of it. <i>Owned by the trainer's stage thread.</i>
 */
final class StandingOrders {
    private final String override;
    private final Map<String, Control> orders = new HashMap<>();
    private long orderedAtMillis;

    /** As of a topic without orders. */
    StandingOrders(String overrideKey) {
        override = overrideKey;
    }

    /** The next order in the topic. */
    void take(String key, Control order) {
        Control known = orders.get(key);
        if (known != null && order.getSequence() <= known.getSequence()) {
            return;
        }
        orders.put(key, order);
        if (key.equals(override)) {
            orderedAtMillis = Math.max(orderedAtMillis, order.getIssuedAtMillis());
        }
    }

    /** An order was removed from the topic. */
    void remove(String key) {
        orders.remove(key);
    }

    /** As orders for a publish. */
    Orders orders(boolean known) {
        Set<Long> needed =
                orders.values().stream().map(Control::getVersion).collect(Collectors.toSet());
        return new Orders(known, needed, orderedAtMillis);
    }
}
