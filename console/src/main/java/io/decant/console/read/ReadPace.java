package io.decant.console.read;

import java.time.Duration;
import java.time.Instant;

/**
 * Says how long to read nothing, so that the average stays below a rate. What was read beyond it is
 * a debt that time pays off; unused time is not saved up. Pure. <i>Owned by the console's stage
 * thread.</i>
 */
final class ReadPace {
    private final double bytesPerMilli;
    private double debt;
    private Instant at;

    /**
     * @param bytesPerSecond above 0
     */
    ReadPace(long bytesPerSecond, Instant now) {
        this.bytesPerMilli = bytesPerSecond / 1000.0;
        this.at = now;
    }

    /** Counts bytes that were read. */
    void read(long bytes, Instant now) {
        settle(now);
        debt += bytes;
    }

    /** How long to read nothing from now on; zero when reading may go on. */
    Duration rest(Instant now) {
        settle(now);
        return Duration.ofMillis((long) Math.ceil(debt / bytesPerMilli));
    }

    private void settle(Instant now) {
        debt = Math.max(0, debt - Duration.between(at, now).toMillis() * bytesPerMilli);
        at = now;
    }
}
