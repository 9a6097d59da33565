package io.decant.pipeline.stage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Tells time for waits and intervals: as its source does, but never back. When the source is set
 * back, this clock goes on from where it stood, so nothing waits for a time that has been already;
 * when it is set ahead, what is waited for is over, once. What it tells is no time of day: records
 * carry the source's. <i>Thread-safe.</i>
 */
public final class ForwardClock implements InstantSource {
    private final InstantSource source;
    private Duration lead = Duration.ZERO;
    private Instant last;

    /** Starts with the source's time. */
    public ForwardClock(InstantSource source) {
        this.source = source;
        this.last = source.instant();
    }

    @Override
    public synchronized Instant instant() {
        Instant now = source.instant().plus(lead);
        if (now.isBefore(last)) {
            lead = lead.plus(Duration.between(now, last));
            now = last;
        }
        last = now;
        return now;
    }
}
