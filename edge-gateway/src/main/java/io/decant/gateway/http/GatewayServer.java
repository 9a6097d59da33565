package io.decant.gateway.http;

import io.decant.follower.reload.ServingSlot;
import io.decant.gateway.GatewayCounters;
import io.decant.gateway.answer.AnswerObserver;
import io.decant.gateway.answer.AnswerStage;
import io.decant.gateway.answer.Question;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.http.PortGuard;
import io.decant.pipeline.stage.StageRunner;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.HttpContinueReadHandler;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The gateway's HTTP side: the Open Inference Protocol v2, in JSON and in raw bytes. It knows the
 * served model and nothing of Kafka, so it answers whether or not a broker is there.
 * <i>Thread-safe.</i>
 */
public final class GatewayServer implements AutoCloseable {
    /**
     * A refused body is read to its end, so that the client hears why; not beyond this many bounds.
     */
    private static final int ENDLESS = 16;

    private final Undertow undertow;
    private final String scheme;
    private final Doors doors;
    private final List<StageRunner> answering;
    private final HttpSettings settings;

    private GatewayServer(
            Undertow undertow,
            String scheme,
            Doors doors,
            List<StageRunner> answering,
            HttpSettings settings) {
        this.undertow = undertow;
        this.scheme = scheme;
        this.doors = doors;
        this.answering = answering;
        this.settings = settings;
    }

    /**
     * Starts to listen.
     *
     * @param model the name under which the slot's model is served
     * @param registryState what the follower last knew, one sentence
     * @param observer hears of every answer
     * @throws ConfigurationException if the address cannot be listened on, or a file of {@code
     *     http.security} cannot be used
     */
    public static GatewayServer start(
            HttpSettings settings,
            String model,
            ServingSlot slot,
            Supplier<String> registryState,
            GatewayCounters counters,
            AnswerObserver observer,
            InstantSource clock) {
        PortGuard guard = PortGuard.of("the gateway", "http.security", settings.security());
        Doors doors = new Doors();
        Models models =
                new Models(model, slot, registryState, settings.stalenessLimit(), doors, clock);
        BlockingQueue<Question> questions = new ArrayBlockingQueue<>(InferHandler.most(settings));
        Routes routes =
                new Routes(
                        models,
                        new InferHandler(settings, models, counters, questions, clock),
                        guard,
                        clock);
        int silence = (int) settings.idleTimeout().toMillis();
        Undertow undertow =
                guard.listen(Undertow.builder(), settings.port(), settings.host())
                        .setIoThreads(settings.ioThreads())
                        // Requests are answered by threads of our own.
                        .setWorkerThreads(1)
                        .setServerOption(
                                UndertowOptions.MAX_ENTITY_SIZE,
                                (long) settings.maxBodyBytes() * ENDLESS)
                        .setServerOption(UndertowOptions.IDLE_TIMEOUT, silence)
                        .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, silence)
                        .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, silence)
                        // Clients with large bodies ask first whether to send them.
                        .setHandler(new HttpContinueReadHandler(routes::handle))
                        .build();
        try {
            undertow.start();
        } catch (RuntimeException refused) {
            undertow.stop();
            throw new ConfigurationException("the gateway", List.of(problem(settings, refused)));
        }
        List<StageRunner> answering =
                IntStream.range(0, settings.workerThreads())
                        .mapToObj(
                                i ->
                                        StageRunner.start(
                                                "gateway-answer-" + i,
                                                () ->
                                                        new AnswerStage(
                                                                questions,
                                                                slot::hold,
                                                                settings.batchRows(),
                                                                settings.batchWait(),
                                                                observer),
                                                settings.stopPatience()))
                        .toList();
        return new GatewayServer(undertow, guard.scheme(), doors, answering, settings);
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

    /** {@code http}, or {@code https} when the settings name a certificate. */
    public String scheme() {
        return scheme;
    }

    /** The port listened on; the one chosen when the setting is 0. */
    public int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    /**
     * Stops. First it only says that it is not ready, for {@code http.drain}; a second call ends
     * that. Then requests in progress are answered, a bounded time, and new ones refused with 503.
     */
    @Override
    public void close() {
        boolean hurry = doors.leaving();
        doors.announce();
        try {
            if (!hurry) {
                doors.awaitShut(settings.drain());
            }
            doors.shut();
            doors.awaitEmpty(settings.stopPatience());
        } catch (InterruptedException stopped) {
            doors.shut();
            Thread.currentThread().interrupt();
        }
        undertow.stop();
        answering.forEach(StageRunner::stop);
        answering.forEach(StageRunner::close);
    }
}
