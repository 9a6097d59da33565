package io.decant.gateway.registry;

/** Which versions a gateway serves when no operator orders one. */
public enum Follow {
    /** Those that {@code @live} names. */
    LIVE,
    /** Every version that the publishing gate did not refuse: a canary sees them before others. */
    NEWEST
}
