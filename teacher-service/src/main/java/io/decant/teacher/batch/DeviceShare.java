package io.decant.teacher.batch;

import java.time.Duration;
import java.time.Instant;

/**
 * Leaves the device to others for a share of the time: after work of length w it rests for w · (1 −
 * share) / share, so it is busy for at most that share of any longer stretch. Knows no clock: times
 * are passed in. <i>Owned by one thread.</i>
 */
public final class DeviceShare {
    private final double restOfWork;
    private Instant restedAt = Instant.MIN;

    /**
     * Not resting.
     *
     * @param share in (0, 1]; 1 = never rests
     */
    public DeviceShare(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "a share of the device must be above 0 and at most 1, was " + share);
        }
        restOfWork = (1 - share) / share;
    }

    /** The device was busy. Work while it should rest, such as a last batch, is rested for too. */
    public void worked(Instant from, Instant to) {
        Instant start = restedAt.isAfter(to) ? restedAt : to;
        long nanos = (long) (Duration.between(from, to).toNanos() * restOfWork);
        restedAt = start.plusNanos(Math.max(0, nanos));
    }

    /** How long it still has to rest; zero when it has. */
    public Duration rest(Instant now) {
        return restedAt.isAfter(now) ? Duration.between(now, restedAt) : Duration.ZERO;
    }
}
