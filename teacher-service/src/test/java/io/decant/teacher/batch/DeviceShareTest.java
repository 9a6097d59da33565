package io.decant.teacher.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeviceShareTest {
    @Test
    void overALongTimeTheDeviceIsBusyForItsShareAtMost() {
        // Given work that is always there, of changing length
        DeviceShare share = new DeviceShare(0.25);
        Random random = new Random(4);
        Instant begin = Instant.EPOCH;
        Instant now = begin;
        Duration busy = Duration.ZERO;

        // When
        for (int batch = 0; batch < 1000; batch++) {
            now = now.plus(share.rest(now));
            Duration work = Duration.ofNanos(1 + random.nextInt(20_000_000));
            share.worked(now, now.plus(work));
            now = now.plus(work);
            busy = busy.plus(work);
        }
        now = now.plus(share.rest(now));

        // Then
        double measured = (double) busy.toNanos() / Duration.between(begin, now).toNanos();
        assertThat(measured).isCloseTo(0.25, within(1e-3)).isLessThanOrEqualTo(0.2500001);
    }

    @Test
    void workThatCouldNotWaitIsRestedForAfterwards() {
        // Given
        DeviceShare share = new DeviceShare(0.5);
        Instant start = Instant.EPOCH;
        share.worked(start, start.plusMillis(10));

        // When another batch is scored during the rest
        share.worked(start.plusMillis(12), start.plusMillis(16));

        // Then
        assertThat(share.rest(start.plusMillis(16))).isEqualTo(Duration.ofMillis(8));
    }

    @Test
    void aWholeShareNeverRestsAndNoneIsRefused() {
        DeviceShare whole = new DeviceShare(1);
        whole.worked(Instant.EPOCH, Instant.EPOCH.plusSeconds(9));
        assertThat(whole.rest(Instant.EPOCH.plusSeconds(9))).isZero();
        assertThatThrownBy(() -> new DeviceShare(0))
                .hasMessage("a share of the device must be above 0 and at most 1, was 0.0");
    }
}
