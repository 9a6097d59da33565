package io.decant.follower;

import io.decant.follower.pace.Throttle;
import io.decant.follower.registry.Follow;
import io.decant.follower.registry.KafkaRegistryFeed;
import io.decant.follower.registry.KafkaWeightsReader;
import io.decant.follower.registry.RegistryFeed;
import io.decant.follower.registry.RegistryFollower;
import io.decant.follower.reload.CandidateCheck;
import io.decant.follower.reload.Memory;
import io.decant.follower.reload.ReloadPlanner;
import io.decant.follower.reload.ReloadReports;
import io.decant.follower.reload.ReloadSettings;
import io.decant.follower.reload.Reloader;
import io.decant.follower.reload.ServingSlot;
import io.decant.follower.reload.Unguarded;
import io.decant.model.forward.InstalledStudents;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.pipeline.stage.ForwardClock;
import io.decant.pipeline.stage.Stage;
import io.decant.pipeline.stage.StageRunner;
import io.decant.records.CheckpointManifest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a model as a gateway does, with neither guard nor disk: what is verified is served at
 * once in the slot, and forgotten with the process. A cluster that is away is tried again for ever.
 * <i>Thread-safe.</i>
 */
public final class ModelFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelFollower.class);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(5);

    private final FollowSettings settings;
    private final ClusterSettings cluster;
    private final String model;
    private final String clientId;
    private final InstantSource clock;
    private final InstantSource waits;
    private final TrustedKeys keys;
    private final InstalledStudents students;
    private final ServingSlot slot = new ServingSlot();
    private final StageRunner runner;
    private volatile Optional<RegistryFollower> follower = Optional.empty();

    private ModelFollower(
            String service,
            FollowSettings settings,
            ClusterSettings cluster,
            String model,
            String clientId,
            Duration stopPatience,
            InstantSource clock) {
        this.settings = settings;
        this.cluster = cluster;
        this.model = model;
        this.clientId = clientId;
        this.clock = clock;
        waits = new ForwardClock(clock);
        keys = OperatorFiles.keys(service, "follow.keys", settings.keys());
        students = OperatorFiles.students(service, "follow.students", settings.students());
        runner = StageRunner.start(clientId, this::stage, stopPatience);
    }

    /**
     * Begins to follow.
     *
     * @param service who follows, for messages
     * @param clientId what Kafka's logs call it
     * @param stopPatience longest wait for its thread when it is closed
     * @throws io.decant.pipeline.config.ConfigurationException if a key or a student cannot be read
     */
    public static ModelFollower start(
            String service,
            FollowSettings settings,
            ClusterSettings cluster,
            String model,
            String clientId,
            Duration stopPatience,
            InstantSource clock) {
        return new ModelFollower(service, settings, cluster, model, clientId, stopPatience, clock);
    }

    private Stage stage() {
        ReloadSettings bounds =
                Configuration.of(
                        ReloadSettings.class,
                        List.of("max-model-bytes=" + settings.maxModelBytes()));
        Memory memory = Memory.ofOneLife();
        Reloader reloader =
                new Reloader(
                        new ReloadPlanner(
                                cluster.topics().modelPartition(model), bounds.maxModelBytes()),
                        new KafkaWeightsReader(
                                cluster,
                                clientId + "-weights",
                                bounds.fetchTimeout(),
                                Throttle.of(
                                        bounds.maxBytesPerSecond(), waits, ModelFollower::pause),
                                waits),
                        new CandidateCheck(bounds.smokeTolerance(), students),
                        new Unguarded(slot),
                        slot,
                        memory,
                        ReloadReports.NONE,
                        clock);
        RegistryFollower opened =
                new RegistryFollower(
                        bounds,
                        settings.signatures(),
                        Follow.LIVE,
                        this::feed,
                        reloader,
                        memory,
                        ReloadReports.NONE,
                        state -> LOG.debug("event=following model={} state=\"{}\"", model, state),
                        waits,
                        ModelFollower::pause);
        follower = Optional.of(opened);
        return opened;
    }

    private RegistryFeed feed() {
        return KafkaRegistryFeed.open(
                cluster, clientId, model, settings.signatures(), keys, ANSWER_PATIENCE, waits);
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /** The model that is followed. */
    public String model() {
        return model;
    }

    /** Where its live version is, once there is one. */
    public ServingSlot slot() {
        return slot;
    }

    /** What the newest version that was read says of itself, served or not; empty before it. */
    public Map<String, Double> newestMetrics() {
        return follower.flatMap(RegistryFollower::newest)
                .map(CheckpointManifest::getMetrics)
                .orElse(Map.of());
    }

    /** Completes when it is over; exceptionally when it failed, which is a bug. */
    public CompletableFuture<Void> ended() {
        return runner.ended();
    }

    @Override
    public void close() {
        runner.close();
        slot.close();
        students.close();
    }
}
