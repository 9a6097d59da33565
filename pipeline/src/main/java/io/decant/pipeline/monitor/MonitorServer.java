package io.decant.pipeline.monitor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.http.PortGuard;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.PathHandler;
import io.undertow.server.handlers.RequestLimitingHandler;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The port for those who watch a service: {@code /livez}, {@code /readyz}, {@code /metrics}. It
 * changes nothing. Probes may always ask; where the port asks for a token or a certificate, numbers
 * need one. <i>Thread-safe.</i>
 */
final class MonitorServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SILENCE_MILLIS = 10_000;
    private static final int MOST_AT_A_TIME = 4;
    private static final int MOST_WAITING = 16;

    private final Undertow undertow;

    private MonitorServer(Undertow undertow) {
        this.undertow = undertow;
    }

    /**
     * Starts to listen.
     *
     * @throws ConfigurationException if the address cannot be listened on
     */
    static MonitorServer start(
            String service,
            MonitorSettings settings,
            Health health,
            PrometheusMeterRegistry registry) {
        PortGuard guard = PortGuard.of(service, "monitor.security", settings.security());
        HttpHandler metrics = exchange -> metrics(exchange, registry);
        PathHandler paths =
                new PathHandler(MonitorServer::notFound)
                        .addExactPath("/livez", exchange -> state(exchange, health::whyNotAlive))
                        .addExactPath("/readyz", exchange -> state(exchange, health::whyNotReady))
                        .addExactPath("/metrics", guard.guard(metrics));
        Undertow undertow =
                guard.listen(Undertow.builder(), settings.port(), settings.host())
                        .setIoThreads(1)
                        .setWorkerThreads(1)
                        .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, SILENCE_MILLIS)
                        .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, SILENCE_MILLIS)
                        .setHandler(new RequestLimitingHandler(MOST_AT_A_TIME, MOST_WAITING, paths))
                        .build();
        try {
            undertow.start();
        } catch (RuntimeException refused) {
            undertow.stop();
            Throwable cause = refused.getCause() == null ? refused : refused.getCause();
            throw new ConfigurationException(
                    service,
                    List.of(
                            "monitor.port "
                                    + settings.port()
                                    + " cannot be opened at "
                                    + settings.host()
                                    + " ("
                                    + cause.getMessage()
                                    + "); stop what uses it, choose another, or 0 for any free port"));
        }
        return new MonitorServer(undertow);
    }

    private static void notFound(HttpServerExchange exchange) {
        exchange.setStatusCode(StatusCodes.NOT_FOUND);
        text(exchange, "text/plain", "there are /livez, /readyz and /metrics here\n");
    }

    private static void state(HttpServerExchange exchange, Supplier<List<String>> whyNot)
            throws JsonProcessingException {
        List<String> reasons = whyNot.get();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("ok", reasons.isEmpty());
        body.put("reasons", reasons);
        exchange.setStatusCode(
                reasons.isEmpty() ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE);
        text(exchange, "application/json", JSON.writeValueAsString(body) + "\n");
    }

    private static void metrics(HttpServerExchange exchange, PrometheusMeterRegistry registry) {
        text(exchange, "text/plain; version=0.0.4; charset=utf-8", registry.scrape());
    }

    private static void text(HttpServerExchange exchange, String type, String body) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
        exchange.getResponseSender().send(body);
    }

    int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    @Override
    public void close() {
        undertow.stop();
    }
}
