package io.decant.teacher;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that moves only when told. <i>Owned by one thread.</i> */
final class ManualClock implements InstantSource {
    private Instant now = Instant.ofEpochMilli(1_000_000);

    @Override
    public Instant instant() {
        return now;
    }

    void advance(Duration time) {
        now = now.plus(time);
    }
}
