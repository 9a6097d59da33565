package io.decant.pipeline.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.metrics.Metric;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoadTest {
    private final WorkMeter meter = new WorkMeter(new AtomicLong()::get);

    @Test
    void lagInSecondsIsTheAgeOfTheLastRecordWhileOthersWait() {
        // Given
        meter.at(4_000);
        meter.lag(7);

        // When, then
        assertThat(Load.of(meter.read(), true, false, 9_500))
                .containsEntry(Load.LAG_RECORDS, 7.0)
                .containsEntry(Load.LAG_SECONDS, 5.5);

        // When
        meter.lag(0);

        // Then
        assertThat(Load.of(meter.read(), true, false, 9_500)).containsEntry(Load.LAG_SECONDS, 0.0);
    }

    @Test
    void everyNumberIsDescribed() {
        // Given
        meter.at(4_000);
        meter.lag(7);

        // When, then
        assertThat(Load.of(meter.read(), true, true, 9_500).keySet())
                .allSatisfy(
                        name ->
                                assertThat(Load.METRICS)
                                        .extracting(Metric::name)
                                        .contains(name.replaceAll("\\..*", "")));
    }
}
