package io.decant.cli.models;

import io.decant.records.Order;

/** What an operator's wish comes to. <i>Immutable.</i> */
public sealed interface OrderPlan {
    /**
     * An order to write.
     *
     * @param key of the record
     * @param version 0 lifts an earlier order
     * @param effect what it does, one sentence
     */
    record Write(String key, Order order, long version, String effect) implements OrderPlan {}

    /**
     * There is nothing to write.
     *
     * @param reason one sentence
     */
    record Refused(String reason) implements OrderPlan {}
}
