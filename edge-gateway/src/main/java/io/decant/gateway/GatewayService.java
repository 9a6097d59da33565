package io.decant.gateway;

import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.gateway.feedback.FeedbackCounters;
import io.decant.gateway.guard.GuardCounters;
import io.decant.gateway.http.GatewayServer;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.service.Service;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: a model that follows the registry, and an HTTP server that answers from it.
 * <i>Thread-safe.</i>
 */
public final class GatewayService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayService.class);

    private final FollowedModel model;
    private final GatewayServer server;

    private GatewayService(GatewayConfig config, InstantSource clock) {
        model = new FollowedModel(config, clock);
        server =
                GatewayServer.start(
                        config.http(),
                        config.model(),
                        model.slot(),
                        model::state,
                        model.counters(),
                        model.observer(),
                        clock);
        // Kafka's clients start when the first answer can already be given.
        model.follow();
    }

    /**
     * Starts a gateway.
     *
     * @param clock gives the time of swaps, staleness and reports
     * @throws io.decant.pipeline.config.ConfigurationException if the port cannot be opened, a key
     *     cannot be read, or the cluster cannot be used and {@code start-offline} is false
     */
    public static GatewayService start(GatewayConfig config, InstantSource clock) {
        LOG.info(
                "event=starting service=gateway configuration={}", Configuration.effective(config));
        GatewayService service = new GatewayService(config, clock);
        LOG.info(
                "event=started service=gateway id={} model={} address={}://{}:{}",
                service.model.id(),
                config.model(),
                service.server.scheme(),
                config.http().host(),
                service.port());
        return service;
    }

    @Override
    public Optional<String> paused() {
        return model.paused();
    }

    /** The port that requests go to. */
    public int port() {
        return server.port();
    }

    /** The version in service; empty before the first. */
    public Optional<ServingModel> serving() {
        return model.slot().current();
    }

    /** Whether, and why not, this gateway follows the registry: one sentence. */
    public String state() {
        return model.state();
    }

    /**
     * Hears of every swap, and at once of the last one so far; called on the follower's thread, so
     * it must be quick.
     */
    public void onSwap(Consumer<ServingSlot.Swap> listener) {
        model.slot().onSwap(listener);
    }

    /** What was done so far. */
    public GatewayCounters.Snapshot counters() {
        return model.counters().snapshot();
    }

    /** What the guard did so far. */
    public GuardCounters.Snapshot guardCounters() {
        return model.guardCounters().snapshot();
    }

    /** What became of served inputs that were chosen as samples. */
    public FeedbackCounters.Snapshot feedbackCounters() {
        return model.feedbackCounters().snapshot();
    }

    @Override
    public CompletableFuture<Void> ended() {
        return model.ended();
    }

    /** Answers what is in progress, writes the served model to disk, and stops. */
    @Override
    public void close() {
        server.close();
        model.close();
        LOG.info("event=stopped service=gateway id={}", model.id());
    }
}
