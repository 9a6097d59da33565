package io.decant.follower.registry;

import io.decant.follower.reload.HighestSeen;
import io.decant.follower.reload.Memory;
import io.decant.follower.reload.ReloadReports;
import io.decant.follower.reload.ReloadSettings;
import io.decant.follower.reload.Reloader;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.pipeline.stage.Stage;
import io.decant.records.CheckpointManifest;
import io.decant.records.DeadLetterReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the registry for as long as its process lives. A cluster that cannot be reached is tried
 * again for ever, with growing waits up to a bound: who is asked meanwhile answers from what it
 * has. It plans only when it has read everything that is there, so of many new versions only the
 * wanted one is fetched. <i>Owned by its stage's thread; {@link #newest} may be called by any.</i>
 */
public final class RegistryFollower implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryFollower.class);

    private final ReloadSettings settings;
    private final SignaturePolicy policy;
    private final Follow follow;
    private final RegistryFeed.Opener feeds;
    private final Reloader reloader;
    private final Memory memory;
    private final ReloadReports reports;
    private final Consumer<String> state;
    private final InstantSource clock;
    private final Consumer<Duration> idle;
    private final Map<TopicPartition, Long> reportedUpTo = new HashMap<>();
    private final Retry reading;
    private final Retry fetching;
    private String lastComplaint = "";
    private RegistryFeed feed;
    private RegistryView view;
    private volatile Optional<CheckpointManifest> newest = Optional.empty();

    /**
     * Makes a follower; it opens its feed at the first turn.
     *
     * @param state hears one sentence on how things stand whenever that changes
     * @param idle waits for the given time; only called while the cluster is away
     */
    public RegistryFollower(
            ReloadSettings settings,
            SignaturePolicy policy,
            Follow follow,
            RegistryFeed.Opener feeds,
            Reloader reloader,
            Memory memory,
            ReloadReports reports,
            Consumer<String> state,
            InstantSource clock,
            Consumer<Duration> idle) {
        this.settings = settings;
        this.policy = policy;
        this.follow = follow;
        this.feeds = feeds;
        this.reloader = reloader;
        this.memory = memory;
        this.reports = reports;
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
        reloader.noteWaysBack();
        memory.saveIfDue();
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
        if (batch.caughtUp()) {
            noteNewest();
        }
        return batch.caughtUp() && fetching.due(clock.millis()) ? done + reload() : done;
    }

    private void noteNewest() {
        Optional<CheckpointManifest> known = view.newestManifest().map(ManifestRecord::manifest);
        // A registry that is read anew and still shows nothing takes nothing back.
        newest = known.or(this::newest);
    }

    /** Manifest of the newest version that was read, served or not; empty before the first. */
    public Optional<CheckpointManifest> newest() {
        return newest;
    }

    private RegistryFeed.Batch poll() {
        if (feed == null) {
            feed = feeds.open();
            view = new RegistryView(settings.maxVersions(), policy, follow);
            openedTopic(feed.topicId());
        }
        return feed.poll(settings.pollTime());
    }

    /**
     * A registry that was deleted and made again holds a model that was begun anew. Where
     * signatures are required that may also be somebody who wants an old version back, so the
     * sequences go on; where they are not, nothing that was seen proves anything.
     */
    private void openedTopic(String topicId) {
        HighestSeen before = memory.seen();
        if (before.topicId().equals(topicId)) {
            return;
        }
        boolean known = !before.topicId().isEmpty();
        if (known) {
            LOG.warn(
                    "event=registry_recreated topic_id={} before={} policy={}",
                    topicId,
                    before.topicId(),
                    policy);
        }
        boolean anew = known && policy == SignaturePolicy.ACCEPT;
        memory.saw((anew ? HighestSeen.NOTHING : before).in(topicId));
    }

    private int take(RegistryFeed.Batch batch) {
        reloader.received(batch.bytes());
        for (RegistryFeed.Change change : batch.changes()) {
            view.apply(change.event(), memory.seen())
                    .ifPresent(
                            reason ->
                                    report(
                                            new RegistryFeed.Refused(
                                                    change.origin(),
                                                    DeadLetterReason.INVALID_VALUE,
                                                    reason)));
        }
        batch.refused().forEach(this::report);
        if (batch.skipped()) {
            // What was passed over is newer than these changes.
            view.skipped();
        }
        return batch.changes().size() + batch.refused().size();
    }

    /** Once in a process's life, however often the registry is read again. */
    private void report(RegistryFeed.Refused refused) {
        TopicPartition partition =
                new TopicPartition(refused.origin().topic(), refused.origin().partition());
        long offset = refused.origin().offset();
        if (offset > reportedUpTo.getOrDefault(partition, -1L)) {
            reportedUpTo.put(partition, offset);
            LOG.warn(
                    "event=record_refused at={}@{} reason={} detail=\"{}\"",
                    partition,
                    offset,
                    refused.reason(),
                    refused.detail());
            reports.unreadable(refused);
            reloader.disbelieve(
                    "the record "
                            + new String(refused.origin().key(), StandardCharsets.UTF_8)
                            + " at "
                            + partition
                            + "@"
                            + offset
                            + " is not believed: "
                            + refused.detail());
        }
    }

    private int reload() {
        HighestSeen ordered = view.orders(memory.seen());
        if (!ordered.equals(memory.seen())) {
            memory.saw(ordered);
        }
        try {
            Reloader.Outcome outcome = decide();
            while (outcome == Reloader.Outcome.NEEDS_OLDER) {
                takeOlder(feed.older());
                outcome = decide();
            }
            fetching.succeeded();
            lastComplaint = "";
            state.accept(reloader.state());
            return outcome == Reloader.Outcome.SWAPPED ? 1 : 0;
        } catch (KafkaException broken) {
            fetching.failed(clock.millis());
            tell("the wanted version cannot be fetched: " + broken.getMessage(), broken);
            return 0;
        }
    }

    private Reloader.Outcome decide() {
        if (feed.whole()) {
            view.complete();
        }
        return reloader.reload(view);
    }

    private void takeOlder(RegistryFeed.Batch batch) {
        reloader.received(batch.bytes());
        batch.changes().forEach(change -> view.applyOlder(change.event()));
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
