package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;

class SamplesRetentionTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private static Config topic(String policy, long retentionMillis) {
        return new Config(
                List.of(
                        new ConfigEntry("cleanup.policy", policy),
                        new ConfigEntry("retention.ms", Long.toString(retentionMillis))));
    }

    @Test
    void aTopicThatOnlyCompactsDeletesNothingForItsAge() {
        assertThat(SamplesRetention.problem("orders", topic("compact", 1), HOUR)).isEmpty();
        assertThat(SamplesRetention.problem("orders", topic("compact,delete", 1), HOUR))
                .isPresent();
    }

    @Test
    void samplesMustOutliveTheWindow() {
        assertThat(SamplesRetention.problem("decant.samples", topic("delete", 3_600_000), HOUR))
                .isEmpty();
        assertThat(SamplesRetention.problem("decant.samples", topic("delete", -1), HOUR)).isEmpty();
        assertThat(SamplesRetention.problem("decant.samples", topic("delete", 3_599_999), HOUR))
                .hasValueSatisfying(
                        problem ->
                                assertThat(problem)
                                        .contains("decant.samples", "3599999", "3600000"));
    }
}
