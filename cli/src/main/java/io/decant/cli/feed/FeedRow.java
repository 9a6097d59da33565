package io.decant.cli.feed;

/** One row of what is fed. <i>Immutable as long as nobody changes the tree.</i> */
public sealed interface FeedRow {
    /** Where the row stands, for a sentence: {@code samples.csv:17}. */
    String where();

    /**
     * A row that could be parsed.
     *
     * @param tree maps, lists and single values that a mapping takes fields from
     */
    record Parsed(String where, Object tree) implements FeedRow {}

    /**
     * A row that could not.
     *
     * @param reason one sentence: what was wrong, what was expected
     */
    record Broken(String where, String reason) implements FeedRow {}
}
