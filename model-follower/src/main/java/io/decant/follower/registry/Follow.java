package io.decant.follower.registry;

/** Which versions are served when no operator orders one. */
public enum Follow {
    /** Those that {@code @live} names. */
    LIVE,
    /** Every version that the publishing gate did not refuse: a canary sees them before others. */
    NEWEST
}
