package io.decant.gateway;

import static io.decant.records.Verdict.REJECTED;

import io.decant.follower.OperatorFiles;
import io.decant.follower.pace.Throttle;
import io.decant.follower.registry.KafkaRegistryFeed;
import io.decant.follower.registry.KafkaWeightsReader;
import io.decant.follower.registry.RegistryFeed;
import io.decant.follower.registry.RegistryFollower;
import io.decant.follower.reload.CandidateCheck;
import io.decant.follower.reload.CandidateCheck.Verdict;
import io.decant.follower.reload.HighestSeen;
import io.decant.follower.reload.Memory;
import io.decant.follower.reload.ReloadPlanner;
import io.decant.follower.reload.ReloadSettings;
import io.decant.follower.reload.Reloader;
import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.follower.reload.VersionId;
import io.decant.gateway.answer.AnswerObserver;
import io.decant.gateway.feedback.FeedbackCounters;
import io.decant.gateway.feedback.FeedbackSampler;
import io.decant.gateway.feedback.SampleEmitter;
import io.decant.gateway.guard.Guard;
import io.decant.gateway.guard.GuardCounters;
import io.decant.gateway.guard.GuardStage;
import io.decant.gateway.guard.LiveAnswers;
import io.decant.gateway.report.GatewayMetrics;
import io.decant.gateway.report.MeteredFeed;
import io.decant.gateway.report.MeteredWeights;
import io.decant.gateway.report.Reports;
import io.decant.gateway.report.StatusReporter;
import io.decant.gateway.store.DiskMemory;
import io.decant.gateway.store.LastGoodKeeper;
import io.decant.gateway.store.LastGoodModel;
import io.decant.gateway.store.SeenFile;
import io.decant.gateway.store.SeenKeeper;
import io.decant.model.forward.InstalledStudents;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.config.DataFolder;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.monitor.Monitor;
import io.decant.pipeline.monitor.WorkMeter;
import io.decant.pipeline.pause.PauseState;
import io.decant.pipeline.pause.PauseWatch;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.pipeline.stage.ForwardClock;
import io.decant.pipeline.stage.Stage;
import io.decant.pipeline.stage.StageRunner;
import io.decant.pipeline.topics.StartupCheck;
import io.decant.topics.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model that follows the registry: a stage that reads and swaps, one that reports, and helpers.
 * They share the served model's slot and little else. It starts from its last good model, so it
 * answers before Kafka does, and goes on when Kafka goes away. What asks it, HTTP or a program,
 * stands outside. <i>Thread-safe.</i>
 */
final class FollowedModel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedModel.class);
    private static final List<Topic> TOPICS =
            List.of(
                    Topic.MODEL_REGISTRY,
                    Topic.MODEL_WEIGHTS,
                    Topic.CONTROL,
                    Topic.GATEWAY_STATUS,
                    Topic.TRAINING_METRICS,
                    Topic.DEAD_LETTERS);

    private final GatewayConfig config;
    private final InstantSource clock;
    private final InstantSource waits;
    private final String id;
    private final GatewayCounters counters = new GatewayCounters(System::nanoTime);
    private final GuardCounters guardCounters = new GuardCounters();
    private final FeedbackCounters feedbackCounters = new FeedbackCounters();
    private final ServingSlot slot = new ServingSlot();
    private final AtomicReference<String> state =
            new AtomicReference<>("the registry has not been read yet");
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Reports reports;
    private final InstalledStudents students;
    private final CandidateCheck check;
    private final TrustedKeys keys;
    private final LastGoodModel disk;
    private final Optional<Verdict.Accepted> lastGood;
    private final LiveAnswers liveAnswers;
    private final Guard guard;
    private final FeedbackSampler feedback;
    private final Monitor monitor;
    private final List<StageRunner> helpers = new ArrayList<>();
    private StageRunner follower;
    private volatile Optional<PauseWatch> pause = Optional.empty();

    /**
     * Reads the last good model; what it serves changes only after {@link #follow}.
     *
     * @throws ConfigurationException if a key or a student cannot be read, or the cluster cannot be
     *     used and {@code start-offline} is false
     */
    FollowedModel(GatewayConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        waits = new ForwardClock(clock);
        keys = OperatorFiles.keys("the gateway", "signatures.keys", config.signatures().keys());
        DataFolder.make("the gateway", "data-dir", config.dataDir());
        if (!config.startOffline()) {
            checkCluster(config);
        }
        id = config.id().orElseGet(FollowedModel::hostName);
        monitor =
                new Monitor(
                        new Monitor.Identity("gateway", id, config.model()),
                        config.monitor(),
                        config.cluster(),
                        GatewayMetrics.ALL,
                        clock);
        monitor.health().readyUnless(this::whyNotReady);
        monitor.pausedAndServingWhile(this::paused);
        reports = new Reports(id, config.model(), config.queuedReports(), counters, clock);
        ReloadSettings reload = config.reload();
        students = OperatorFiles.students("the gateway", "students", config.students());
        check = new CandidateCheck(reload.smokeTolerance(), students);
        disk =
                new LastGoodModel(
                        config.dataDir(),
                        config.model(),
                        check,
                        config.signatures().policy(),
                        keys,
                        reload.maxModelBytes());
        liveAnswers = new LiveAnswers(config.guard(), guardCounters, clock);
        guard = new Guard(config.guard(), slot, liveAnswers, guardCounters, clock);
        feedback =
                new FeedbackSampler(config.feedback(), id, config.model(), feedbackCounters, clock);
        lastGood = serveFromDisk();
    }

    /** Begins to follow the registry. */
    void follow() {
        PauseWatch watch =
                PauseWatch.start(
                        config.pause(),
                        config.cluster(),
                        "gateway",
                        clientId("pause"),
                        clock,
                        config.stopPatience(),
                        now -> {});
        pause = Optional.of(watch);
        endWith(watch.ended());
        follower =
                StageRunner.start("gateway-follower", this::followerStage, config.stopPatience());
        endWith(follower.ended());
        help("gateway-reporter", this::reporterStage);
        if (config.guard().on()) {
            help("gateway-guard", this::guardStage);
        }
        if (config.feedback().on()) {
            help("gateway-feedback", this::feedbackStage);
        }
        monitor.started(ended);
    }

    private Optional<String> whyNotReady() {
        return slot.current().isPresent()
                ? Optional.empty()
                : Optional.of("no version is served yet: " + state.get());
    }

    /** Starts a stage that is stopped after the follower. */
    private void help(String name, StageRunner.Maker stage) {
        StageRunner helper = StageRunner.start(name, stage, config.stopPatience());
        helpers.add(helper);
        endWith(helper.ended());
    }

    /** Hears of every answer that is given from {@link #slot}. */
    AnswerObserver observer() {
        return config.feedback().on()
                ? AnswerObserver.all(List.of(liveAnswers, feedback))
                : liveAnswers;
    }

    private static void checkCluster(GatewayConfig config) {
        List<Topic> topics = new ArrayList<>(TOPICS);
        if (config.feedback().on()) {
            topics.add(Topic.SAMPLES);
        }
        StartupCheck.verify("the gateway", config.cluster(), topics, config.clusterPatience());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "gateway";
        }
    }

    private Optional<Verdict.Accepted> serveFromDisk() {
        LastGoodModel.Found found = disk.load();
        if (found instanceof LastGoodModel.Found.Good good) {
            ServingModel model = ServingModel.of(good.model(), clock.instant());
            guard.serveTrusted(model, 0, true);
            model.letGo();
            state.set("serving the last good model from disk; the registry has not been read yet");
            LOG.info("event=serving_from_disk version={} file={}", model.version(), disk.file());
            return Optional.of(good.model());
        } else if (found instanceof LastGoodModel.Found.Unusable unusable) {
            LOG.warn(
                    "event=last_good_model_unusable reason=\"{}\" next=\"waiting for the registry\"",
                    unusable.reason());
            reports.status(Optional.empty(), 0, REJECTED, unusable.reason());
        }
        return Optional.empty();
    }

    /** What this gateway has seen in earlier lives; at least what it serves. */
    private HighestSeen seenBefore(SeenFile file) {
        HighestSeen seen;
        try {
            seen = file.load();
        } catch (IOException damaged) {
            LOG.warn(
                    "event=seen_unusable file={} error=\"{}\" next=\"going on from the last good model\"",
                    file.file(),
                    damaged.toString());
            seen = HighestSeen.NOTHING;
        }
        return lastGood.isPresent() ? seen.served(VersionId.of(lastGood.get().manifest())) : seen;
    }

    private Stage reporterStage() {
        return new StatusReporter(
                config.cluster(),
                clientId("reporter"),
                config.model(),
                config.metricsInterval(),
                reports,
                counters,
                guardCounters,
                feedbackCounters,
                slot,
                codec -> monitor.reporter("serving", codec),
                clock);
    }

    private Stage guardStage() {
        return new GuardStage(config.guard(), guard, liveAnswers, System::nanoTime);
    }

    private Stage feedbackStage() {
        return new SampleEmitter(
                config.cluster(), clientId("feedback"), feedback, feedbackCounters);
    }

    private Stage followerStage() {
        ReloadSettings settings = config.reload();
        ClusterSettings cluster = config.cluster();
        SeenFile seenFile = new SeenFile(config.dataDir(), config.model());
        SeenKeeper seen =
                new SeenKeeper(seenFile, seenBefore(seenFile), settings.saveInterval(), waits);
        reports.highest(seen.current().versionNumber());
        Memory memory =
                new DiskMemory(seen, new LastGoodKeeper(disk, settings.saveInterval(), waits));
        Reloader reloader =
                new Reloader(
                        new ReloadPlanner(
                                cluster.topics().modelPartition(config.model()),
                                settings.maxModelBytes()),
                        new MeteredWeights(
                                new KafkaWeightsReader(
                                        cluster,
                                        clientId("weights"),
                                        settings.fetchTimeout(),
                                        Throttle.of(
                                                settings.maxBytesPerSecond(),
                                                waits,
                                                FollowedModel::pause),
                                        waits),
                                counters,
                                monitor.meter()),
                        check,
                        guard,
                        slot,
                        memory,
                        reports,
                        clock);
        lastGood.ifPresent(reloader::startAt);
        return new RegistryFollower(
                settings,
                config.signatures().policy(),
                config.follow(),
                this::openRegistry,
                reloader,
                memory,
                reports,
                state::set,
                waits,
                this::whileAway);
    }

    private void whileAway(Duration time) {
        monitor.meter().now(WorkMeter.Doing.WAIT_INPUT);
        pause(time);
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    private RegistryFeed openRegistry() {
        checkCluster(config);
        RegistryFeed feed =
                KafkaRegistryFeed.open(
                        config.cluster(),
                        clientId("registry"),
                        config.model(),
                        config.signatures().policy(),
                        keys,
                        config.clusterPatience(),
                        waits);
        return new PausableFeed(
                new MeteredFeed(feed, monitor.meter()), this::paused, this::whileAway);
    }

    private String clientId(String part) {
        return config.cluster().prefix() + "gateway-" + id + "-" + part;
    }

    /** A stage that fails is a bug or a broken installation; the service is over then. */
    private void endWith(CompletableFuture<Void> stage) {
        CompletableFuture<Void> unused =
                stage.whenComplete(
                        (nothing, failure) -> {
                            if (failure != null) {
                                ended.completeExceptionally(failure);
                            }
                        });
    }

    String id() {
        return id;
    }

    /** Where the version in service is. */
    ServingSlot slot() {
        return slot;
    }

    /** Why the registry is not followed for now; empty when it is. */
    Optional<String> paused() {
        return pause.flatMap(PauseWatch::reason);
    }

    /** Whether, and why not, the registry is followed: one sentence. */
    String state() {
        // A cluster that is away is told in the follower's own words.
        return pause.map(PauseWatch::state)
                .filter(PauseState::known)
                .flatMap(PauseState::reason)
                .orElseGet(state::get);
    }

    GatewayCounters counters() {
        return counters;
    }

    GuardCounters guardCounters() {
        return guardCounters;
    }

    FeedbackCounters feedbackCounters() {
        return feedbackCounters;
    }

    /** Completes when it is over; exceptionally when it failed. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Writes the served model to disk, and stops following. */
    @Override
    public void close() {
        if (follower != null) {
            follower.close();
        }
        helpers.forEach(StageRunner::close);
        pause.ifPresent(PauseWatch::close);
        monitor.close();
        guard.close();
        students.close();
        ended.complete(null);
    }
}
