package io.decant.gateway.registry;

import java.time.Duration;

/**
 * When to try again: after {@code first}, then twice as long with each failure, never longer than
 * {@code longest}. Pure. <i>Owned by one thread.</i>
 */
final class Retry {
    private final Duration first;
    private final Duration longest;
    private int failures;
    private long notBefore = Long.MIN_VALUE;

    Retry(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    boolean due(long nowMillis) {
        return nowMillis >= notBefore;
    }

    void succeeded() {
        failures = 0;
    }

    void failed(long nowMillis) {
        long wait = first.toMillis() << Math.min(failures, 20);
        notBefore = nowMillis + Math.min(wait, longest.toMillis());
        failures++;
    }
}
