package io.decant.follower;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that passes when told. <i>Owned by one test.</i> */
public final class ManualClock implements InstantSource {
    private volatile Instant now = Instant.ofEpochMilli(2_000_000);

    @Override
    public Instant instant() {
        return now;
    }

    public void advance(Duration by) {
        now = now.plus(by);
    }
}
