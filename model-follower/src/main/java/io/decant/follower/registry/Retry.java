package io.decant.follower.registry;

import java.time.Duration;

/**
 * When to try again: after {@code first}, then twice as long with each failure, never longer than
 * {@code longest}. A clock that is set back ends a wait instead of prolonging it. Pure. <i>Owned by
 * one thread.</i>
 */
final class Retry {
    private final Duration first;
    private final Duration longest;
    private int failures;
    private long failedAt = Long.MIN_VALUE;
    private long notBefore = Long.MIN_VALUE;

    Retry(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    boolean due(long nowMillis) {
        return nowMillis >= notBefore || nowMillis < failedAt;
    }

    void succeeded() {
        failures = 0;
    }

    void failed(long nowMillis) {
        long wait = first.toMillis() << Math.min(failures, 20);
        failedAt = nowMillis;
        notBefore = nowMillis + Math.min(wait, longest.toMillis());
        failures++;
    }
}
