package io.decant.cli.models;

import io.decant.records.Control;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What became of an order once it was in the topic: other operators may have written at the same
 * moment. The later one wins, and everyone is told. <i>Immutable.</i>
 */
sealed interface Aftermath {
    /** It is the last word. */
    record Stands() implements Aftermath {}

    /** A later order about the same thing has taken its place. */
    record Replaced(Control by) implements Aftermath {}

    /**
     * An order that stood before it has a sequence that is no lower, so gateways may take this one
     * for an old one: it must be written again with a higher sequence.
     */
    record Outnumbered(Control by) implements Aftermath {}

    /**
     * Says what became of an order.
     *
     * @param orders all orders about the model, in the order of writing
     * @param offset of the order in question, which is among them
     */
    static Aftermath of(List<StoredRecord<Control>> orders, String key, long offset) {
        Optional<StoredRecord<Control>> later =
                orders.stream()
                        .filter(order -> order.offset() > offset && order.key().equals(key))
                        .max(Comparator.comparingLong(StoredRecord::offset));
        if (later.isPresent()) {
            return new Replaced(later.get().value());
        }
        long own =
                orders.stream()
                        .filter(order -> order.offset() == offset)
                        .mapToLong(order -> order.value().getSequence())
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "the order at offset "
                                                        + offset
                                                        + " was written and is not there"));
        return orders.stream()
                .filter(order -> order.offset() < offset)
                .map(StoredRecord::value)
                .filter(order -> order.getSequence() >= own)
                .max(Comparator.comparingLong(Control::getSequence))
                .<Aftermath>map(Outnumbered::new)
                .orElseGet(Stands::new);
    }
}
