package io.decant.gateway.report;

import io.decant.follower.registry.RegistryFeed;
import io.decant.pipeline.monitor.WorkMeter;
import io.decant.pipeline.monitor.WorkMeter.Doing;
import java.time.Duration;

/** A feed whose waits are counted as waits. <i>Owned by the follower's thread.</i> */
public final class MeteredFeed implements RegistryFeed {
    private final RegistryFeed feed;
    private final WorkMeter meter;

    public MeteredFeed(RegistryFeed feed, WorkMeter meter) {
        this.feed = feed;
        this.meter = meter;
    }

    @Override
    public Batch poll(Duration atMost) {
        meter.now(Doing.WAIT_INPUT);
        Batch batch = feed.poll(atMost);
        meter.now(Doing.WORK);
        meter.took(batch.changes().size());
        return batch;
    }

    @Override
    public Batch older() {
        meter.now(Doing.FETCH);
        Batch batch = feed.older();
        meter.now(Doing.WORK);
        return batch;
    }

    @Override
    public boolean whole() {
        return feed.whole();
    }

    @Override
    public String topicId() {
        return feed.topicId();
    }

    @Override
    public void close() {
        feed.close();
    }
}
