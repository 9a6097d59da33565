package io.decant.gateway.http;

import io.decant.gateway.GatewayCounters;
import io.decant.gateway.answer.AnswerObserver;
import io.decant.gateway.reload.ServingSlot;
import io.decant.pipeline.config.ConfigurationException;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.GracefulShutdownHandler;
import io.undertow.server.handlers.HttpContinueReadHandler;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * The gateway's HTTP side: the Open Inference Protocol v2 in JSON. It knows the served model and
 * nothing of Kafka, so it answers whether or not a broker is there. <i>Thread-safe.</i>
 */
public final class GatewayServer implements AutoCloseable {
    /**
     * A refused body is read to its end, so that the client hears why; not beyond this many bounds.
     */
    private static final int ENDLESS = 16;

    private final Undertow undertow;
    private final GracefulShutdownHandler requests;
    private final Duration stopPatience;

    private GatewayServer(Undertow undertow, GracefulShutdownHandler requests, Duration patience) {
        this.undertow = undertow;
        this.requests = requests;
        stopPatience = patience;
    }

    /**
     * Starts to listen.
     *
     * @param model the name under which the slot's model is served
     * @param registryState what the follower last knew, one sentence
     * @param observer hears of every answer
     * @throws ConfigurationException if the address cannot be listened on
     */
    public static GatewayServer start(
            HttpSettings settings,
            String model,
            ServingSlot slot,
            Supplier<String> registryState,
            GatewayCounters counters,
            AnswerObserver observer,
            InstantSource clock) {
        Models models = new Models(model, slot, registryState);
        Routes routes =
                new Routes(
                        models,
                        new InferHandler(settings, models, counters, observer, clock),
                        clock);
        // Clients with large bodies ask first whether to send them.
        GracefulShutdownHandler requests =
                new GracefulShutdownHandler(new HttpContinueReadHandler(routes::handle));
        int silence = (int) settings.idleTimeout().toMillis();
        Undertow undertow =
                Undertow.builder()
                        .addHttpListener(settings.port(), settings.host())
                        .setIoThreads(settings.ioThreads())
                        .setWorkerThreads(settings.workerThreads())
                        .setServerOption(
                                UndertowOptions.MAX_ENTITY_SIZE,
                                (long) settings.maxBodyBytes() * ENDLESS)
                        .setServerOption(UndertowOptions.IDLE_TIMEOUT, silence)
                        .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, silence)
                        .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, silence)
                        .setHandler(requests)
                        .build();
        try {
            undertow.start();
        } catch (RuntimeException refused) {
            undertow.stop();
            throw new ConfigurationException("the gateway", List.of(problem(settings, refused)));
        }
        return new GatewayServer(undertow, requests, settings.stopPatience());
    }

    private static String problem(HttpSettings settings, RuntimeException refused) {
        Throwable cause = refused.getCause() == null ? refused : refused.getCause();
        String address = settings.host() + ":" + settings.port();
        if (cause instanceof BindException) {
            return "http.port "
                    + settings.port()
                    + " cannot be opened at "
                    + settings.host()
                    + " ("
                    + cause.getMessage()
                    + "); stop what uses it, choose another, or 0 for any free port";
        }
        return cause instanceof UnresolvedAddressException
                ? "http.host '" + settings.host() + "' is not an address of this machine"
                : "cannot listen on " + address + ": " + cause;
    }

    /** The port listened on; the one chosen when the setting is 0. */
    public int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    /** Stops after the requests in progress, a bounded time; new ones are answered with 503. */
    @Override
    public void close() {
        requests.shutdown();
        try {
            requests.awaitShutdown(stopPatience.toMillis());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        undertow.stop();
    }
}
