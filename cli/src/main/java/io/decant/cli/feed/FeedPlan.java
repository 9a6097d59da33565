package io.decant.cli.feed;

import java.util.OptionalDouble;

/**
 * How rows are fed. <i>Immutable.</i>
 *
 * @param run what the ids of rows without an id of their own begin with
 * @param firstIndex index of the first row that the rows give
 * @param from rows before this index are passed over
 * @param most greatest number of rows that are fed
 * @param labelDelay a label is sent so many samples after its own
 * @param labels whether labels are sent at all
 * @param by who says what a sample is
 * @param skipsBadRows whether a bad row is left out; otherwise it ends the feed
 */
public record FeedPlan(
        String run,
        long firstIndex,
        long from,
        long most,
        int labelDelay,
        boolean labels,
        String by,
        boolean skipsBadRows,
        OptionalDouble rate) {}
