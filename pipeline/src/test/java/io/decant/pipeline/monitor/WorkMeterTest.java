package io.decant.pipeline.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.monitor.WorkMeter.Doing;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WorkMeterTest {
    private final AtomicLong nanos = new AtomicLong(1_000);
    private final WorkMeter meter = new WorkMeter(nanos::get);

    @Test
    void timeBelongsToWhatTheStageLastSaidAndThePresentCountsToo() {
        // Given
        meter.now(Doing.WAIT_INPUT);
        nanos.addAndGet(10);
        meter.now(Doing.WORK);
        nanos.addAndGet(30);

        // When
        meter.now(Doing.WAIT_OUTPUT);
        nanos.addAndGet(5);

        // Then
        assertThat(meter.read().nanos())
                .isEqualTo(Map.of(Doing.WAIT_INPUT, 10L, Doing.WORK, 30L, Doing.WAIT_OUTPUT, 5L));
    }

    @Test
    void aStageThatHasSaidNothingSpendsNothing() {
        // Given
        nanos.addAndGet(100);

        // When
        meter.add(Doing.WORK, 40);
        nanos.addAndGet(100);

        // Then
        assertThat(meter.read().nanos()).isEqualTo(Map.of(Doing.WORK, 40L));
    }

    @Test
    void aTurnLastsFromOneWaitForInputToTheNext() {
        // Given
        meter.now(Doing.WAIT_INPUT);
        nanos.addAndGet(10);
        meter.now(Doing.WORK);
        nanos.addAndGet(20);
        assertThat(meter.read().turn()).isEqualTo(Duration.ofNanos(30));

        // When
        meter.now(Doing.WAIT_INPUT);

        // Then
        assertThat(meter.read().turn()).isZero();
    }
}
