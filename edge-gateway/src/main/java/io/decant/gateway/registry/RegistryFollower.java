package io.decant.gateway.registry;

import io.decant.gateway.GatewayCounters;
import io.decant.gateway.reload.ReloadSettings;
import io.decant.gateway.reload.Reloader;
import io.decant.gateway.report.Reports;
import io.decant.gateway.store.LastGoodKeeper;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.stage.Stage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the registry for as long as the gateway lives. A cluster that cannot be reached is tried
 * again for ever, with growing waits up to a bound: a gateway at the edge serves on and catches up.
 * It plans only when it has read everything that is there, so of many new versions only the wanted
 * one is fetched. <i>Owned by its stage's thread.</i>
 */
public final class RegistryFollower implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryFollower.class);

    private final ReloadSettings settings;
    private final RegistryFeed.Opener feeds;
    private final Reloader reloader;
    private final LastGoodKeeper keeper;
    private final Reports reports;
    private final GatewayCounters counters;
    private final Consumer<String> state;
    private final InstantSource clock;
    private final Consumer<Duration> idle;
    private final Map<TopicPartition, Long> reportedUpTo = new HashMap<>();
    private final Retry reading;
    private final Retry fetching;
    private String lastComplaint = "";
    private RegistryFeed feed;
    private RegistryView view;

    /**
     * Makes a follower; it opens its feed at the first turn.
     *
     * @param state hears one sentence on how things stand whenever that changes
     * @param idle waits for the given time; only called while the cluster is away
     */
    public RegistryFollower(
            ReloadSettings settings,
            RegistryFeed.Opener feeds,
            Reloader reloader,
            LastGoodKeeper keeper,
            Reports reports,
            GatewayCounters counters,
            Consumer<String> state,
            InstantSource clock,
            Consumer<Duration> idle) {
        this.settings = settings;
        this.feeds = feeds;
        this.reloader = reloader;
        this.keeper = keeper;
        this.reports = reports;
        this.counters = counters;
        this.state = state;
        this.clock = clock;
        this.idle = idle;
        reading = new Retry(settings.retryWait(), settings.maxRetryWait());
        fetching = new Retry(settings.retryWait(), settings.maxRetryWait());
    }

    @Override
    public String name() {
        return "registry-follower";
    }

    @Override
    public int doWork() {
        keeper.saveIfDue();
        if (!reading.due(clock.millis())) {
            idle.accept(settings.pollTime());
            return 0;
        }
        RegistryFeed.Batch batch;
        try {
            batch = poll();
            reading.succeeded();
        } catch (KafkaException | ConfigurationException broken) {
            closeFeed();
            reading.failed(clock.millis());
            tell("the registry cannot be read: " + broken.getMessage(), broken);
            return 0;
        }
        int done = take(batch);
        return batch.caughtUp() && fetching.due(clock.millis()) ? done + reload() : done;
    }

    private RegistryFeed.Batch poll() {
        if (feed == null) {
            feed = feeds.open();
            view = new RegistryView(settings.maxVersions());
        }
        return feed.poll(settings.pollTime());
    }

    private int take(RegistryFeed.Batch batch) {
        reloader.received(batch.bytes());
        batch.events().forEach(view::apply);
        batch.refused().forEach(this::report);
        return batch.events().size() + batch.refused().size();
    }

    /** Once in a process's life, however often the registry is read again. */
    private void report(RegistryFeed.Refused refused) {
        TopicPartition partition =
                new TopicPartition(refused.origin().topic(), refused.origin().partition());
        long offset = refused.origin().offset();
        if (offset > reportedUpTo.getOrDefault(partition, -1L)) {
            reportedUpTo.put(partition, offset);
            counters.registryRecordRefused();
            LOG.warn(
                    "event=record_refused at={}@{} reason={} detail=\"{}\"",
                    partition,
                    offset,
                    refused.reason(),
                    refused.detail());
            reports.unreadable(refused);
        }
    }

    private int reload() {
        try {
            boolean swapped = reloader.reload(view);
            fetching.succeeded();
            lastComplaint = "";
            state.accept(reloader.state());
            return swapped ? 1 : 0;
        } catch (KafkaException broken) {
            fetching.failed(clock.millis());
            tell("the wanted version cannot be fetched: " + broken.getMessage(), broken);
            return 0;
        }
    }

    /** Logs a sentence once, however often it stays true. */
    private void tell(String sentence, RuntimeException cause) {
        state.accept(sentence);
        if (!sentence.equals(lastComplaint)) {
            LOG.warn(
                    "event=cluster_unavailable error=\"{}\" next=\"trying again for as long as it takes\"",
                    sentence);
            LOG.debug("event=cluster_unavailable", cause);
        }
        lastComplaint = sentence;
    }

    private void closeFeed() {
        if (feed != null) {
            feed.close();
            feed = null;
        }
    }

    @Override
    public void close() {
        try (reloader) {
            closeFeed();
        }
    }
}
