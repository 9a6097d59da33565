package io.decant.cli.feed;

/** Names of fields in the rows that this package makes itself. */
public final class FeedFields {
    public static final String FEATURES = "features";
    public static final String LABEL = "label";
    public static final String ID = "id";
    public static final String TIME = "time";
    public static final String ATTRIBUTES = "attributes";

    private FeedFields() {}
}
