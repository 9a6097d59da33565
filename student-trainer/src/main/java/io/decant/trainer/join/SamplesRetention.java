package io.decant.trainer.join;

import java.time.Duration;
import java.util.Optional;

/**
 * The rule that late labels need their samples: features are fetched from the samples topic until
 * the window ends. <i>Thread-safe: all methods are pure.</i>
 */
final class SamplesRetention {
    private static final long UNLIMITED = -1;

    private SamplesRetention() {}

    /**
     * Says what is wrong, if anything.
     *
     * @param retentionMillis the topic's {@code retention.ms}; -1 = for ever
     */
    static Optional<String> problem(String topic, long retentionMillis, Duration window) {
        return retentionMillis == UNLIMITED || retentionMillis >= window.toMillis()
                ? Optional.empty()
                : Optional.of(
                        "topic "
                                + topic
                                + " has retention.ms "
                                + retentionMillis
                                + "; expected at least the join's window of "
                                + window.toMillis()
                                + " and the longest outage to survive: raise retention.ms or lower window");
    }
}
