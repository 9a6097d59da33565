package io.decant.pipeline.pause;

import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.sign.KeyFileException;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.pipeline.stage.StageRunner;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Says whether a service is paused now, as the control topic has it. Until that was read to its end
 * once, a service holds still: one that was paused before a restart must not take work meanwhile.
 * <i>Thread-safe.</i>
 */
public final class PauseWatch implements AutoCloseable {
    private final AtomicReference<PauseState> state = new AtomicReference<>(PauseState.UNREAD);
    private final StageRunner runner;

    private PauseWatch(
            PauseSettings settings,
            ClusterSettings cluster,
            String service,
            String clientId,
            TrustedKeys keys,
            InstantSource clock,
            Duration stopPatience,
            Consumer<PauseState> listener) {
        PauseOrders orders = new PauseOrders(service, settings.startPaused(), clock.instant());
        runner =
                StageRunner.start(
                        clientId,
                        () ->
                                new PauseStage(
                                        cluster,
                                        service,
                                        clientId,
                                        settings.signatures(),
                                        keys,
                                        orders,
                                        now -> {
                                            state.set(now);
                                            listener.accept(now);
                                        }),
                        stopPatience);
    }

    /**
     * Begins to follow the orders.
     *
     * @param service {@code teacher}, {@code joiner}, {@code trainer} or {@code gateway}
     * @param clientId names the consumer and its thread
     * @param listener hears, on the watch's thread, of every change; must be quick
     * @throws ConfigurationException if a key cannot be read
     */
    public static PauseWatch start(
            PauseSettings settings,
            ClusterSettings cluster,
            String service,
            String clientId,
            InstantSource clock,
            Duration stopPatience,
            Consumer<PauseState> listener) {
        TrustedKeys keys;
        try {
            keys = TrustedKeys.read(settings.keys());
        } catch (KeyFileException unusable) {
            throw new ConfigurationException(
                    service, List.of("pause.keys: " + unusable.getMessage()));
        }
        return new PauseWatch(
                settings, cluster, service, clientId, keys, clock, stopPatience, listener);
    }

    /** What is known now. */
    public PauseState state() {
        return state.get();
    }

    /** Why the service takes no work, one sentence; empty when it does. */
    public Optional<String> reason() {
        return state.get().reason();
    }

    /** Completes when it is over; exceptionally after a bug: a cluster that is away is awaited. */
    public CompletableFuture<Void> ended() {
        return runner.ended();
    }

    @Override
    public void close() {
        runner.close();
    }
}
