package io.decant.follower.pace;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Holds something to a rate. Tokens drip in at the rate, up to a burst; what is taken beyond them
 * is a debt, which the same drip pays. Over any time t no more than rate · t + burst + one last
 * taking goes through. A clock that is set back pays nothing twice. <i>Thread-safe.</i>
 */
public final class TokenBucket {
    private final double perSecond;
    private final double burst;
    private final InstantSource clock;
    private double tokens;
    private long filledAtMillis;

    /**
     * Makes a full bucket.
     *
     * @param perSecond tokens a second, &gt; 0
     * @param burst most tokens that wait, &gt; 0
     */
    public TokenBucket(double perSecond, double burst, InstantSource clock) {
        if (!(perSecond > 0 && burst > 0)) {
            throw new IllegalArgumentException(
                    "a bucket's rate and burst must be above 0, were "
                            + perSecond
                            + " and "
                            + burst);
        }
        this.perSecond = perSecond;
        this.burst = burst;
        this.clock = clock;
        tokens = burst;
        filledAtMillis = clock.millis();
    }

    /** Takes one token if there is one. */
    public synchronized boolean tryTake() {
        fill();
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** Takes what is needed, into debt if must be. */
    public synchronized void take(double needed) {
        fill();
        tokens -= needed;
    }

    /** How long until the debt is paid; zero when there is none. */
    public synchronized Duration debt() {
        fill();
        return tokens >= 0
                ? Duration.ZERO
                : Duration.ofMillis((long) Math.ceil(-tokens * 1000 / perSecond));
    }

    private void fill() {
        long now = clock.millis();
        if (now > filledAtMillis) {
            tokens = Math.min(burst, tokens + (now - filledAtMillis) * perSecond / 1000);
        }
        filledAtMillis = now;
    }
}
