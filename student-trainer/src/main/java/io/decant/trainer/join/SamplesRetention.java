package io.decant.trainer.join;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.admin.Config;

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
     * @param settings the topic's: {@code retention.ms}, -1 = for ever, counts if {@code
     *     cleanup.policy} says that records are deleted at all
     */
    static Optional<String> problem(String topic, Config settings, Duration window) {
        long retentionMillis = Long.parseLong(settings.get("retention.ms").value());
        return retentionMillis == UNLIMITED
                        || !settings.get("cleanup.policy").value().contains("delete")
                        || retentionMillis >= window.toMillis()
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
