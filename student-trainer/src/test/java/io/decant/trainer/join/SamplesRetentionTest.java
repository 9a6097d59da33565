package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SamplesRetentionTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void samplesMustOutliveTheWindow() {
        assertThat(SamplesRetention.problem("decant.samples", 3_600_000, HOUR)).isEmpty();
        assertThat(SamplesRetention.problem("decant.samples", -1, HOUR)).isEmpty();
        assertThat(SamplesRetention.problem("decant.samples", 3_599_999, HOUR))
                .hasValueSatisfying(
                        problem ->
                                assertThat(problem)
                                        .contains("decant.samples", "3599999", "3600000"));
    }
}
