package io.decant.console.http;

import io.decant.console.ConsoleSettings;
import io.decant.console.VersionCards;
import io.decant.console.order.OrderDesk;
import io.decant.console.picture.Picture;
import io.decant.console.read.ConsoleStage;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.http.HttpSecurity;
import io.decant.pipeline.http.PortGuard;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.PathHandler;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The console's HTTP side: the page and its files for everybody, what is known for those whom the
 * port admits, orders for those who have an operator's token. <i>Thread-safe.</i>
 */
public final class ConsoleServer implements AutoCloseable {
    private static final long LARGEST_BODY = 16 << 10;
    private static final int SILENCE_MILLIS = 60_000;
    private static final int PING_MILLIS = 15_000;
    private static final int WORKERS = 2;
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** What every answer says, whatever it is. */
    private static final Map<HttpString, String> SECURITY_HEADERS =
            Map.of(
                    new HttpString("Content-Security-Policy"), POLICY,
                    new HttpString("X-Content-Type-Options"), "nosniff",
                    new HttpString("Referrer-Policy"), "no-referrer",
                    new HttpString("Cross-Origin-Opener-Policy"), "same-origin",
                    new HttpString("Cross-Origin-Resource-Policy"), "same-origin");

    private final Undertow undertow;
    private final Live live;
    private final PortGuard guard;

    private ConsoleServer(Undertow undertow, Live live, PortGuard guard) {
        this.undertow = undertow;
        this.live = live;
        this.guard = guard;
    }

    /**
     * Starts to listen.
     *
     * @param desk takes orders; empty when there is none, whatever the settings say
     * @throws ConfigurationException if the address cannot be listened on, or a file is not right
     */
    public static ConsoleServer start(
            ConsoleSettings settings, Optional<OrderDesk> desk, VersionCards cards) {
        PortGuard guard = PortGuard.of("console", "console.security", settings.security());
        Live live = new Live(settings.listeners());
        Optional<OrderHandler> orders =
                settings.orders().enabled()
                        ? desk.map(known -> new OrderHandler(known, operators(settings)))
                        : Optional.empty();
        Undertow undertow =
                guard.listen(Undertow.builder(), settings.port(), settings.host())
                        .setIoThreads(1)
                        .setWorkerThreads(WORKERS)
                        .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, LARGEST_BODY)
                        .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, SILENCE_MILLIS)
                        .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, SILENCE_MILLIS)
                        .setHandler(routes(live, guard, orders, cards))
                        .build();
        try {
            undertow.start();
        } catch (RuntimeException refused) {
            undertow.stop();
            Throwable cause = refused.getCause() == null ? refused : refused.getCause();
            throw new ConfigurationException(
                    "the console",
                    List.of(
                            "console.port %d cannot be opened at %s (%s); choose another, or 0 for any free port"
                                    .formatted(
                                            settings.port(), settings.host(), cause.getMessage())));
        }
        return new ConsoleServer(undertow, live, guard);
    }

    /** An order needs its own token, also where reading needs none. */
    private static PortGuard operators(ConsoleSettings settings) {
        return PortGuard.of(
                "console",
                "console.orders",
                new HttpSecurity(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        settings.orders().tokenFile()));
    }

    private static HttpHandler routes(
            Live live, PortGuard guard, Optional<OrderHandler> orders, VersionCards cards) {
        Assets assets = new Assets();
        HttpHandler nothing = exchange -> Json.error(exchange, 404, "there is nothing here");
        PathHandler paths =
                new PathHandler(nothing)
                        .addExactPath("/", exchange -> file(exchange, assets.index(), "no-cache"))
                        .addPrefixPath("/assets", exchange -> asset(exchange, assets))
                        .addExactPath(
                                "/api/state",
                                guard.guard(exchange -> answer(exchange, live.ask(Picture::all))))
                        .addExactPath("/api/events", guard.guard(events(live)))
                        .addExactPath("/api/version", guard.guard(new VersionHandler(live, cards)))
                        .addExactPath(
                                "/api/abilities",
                                exchange ->
                                        Json.send(
                                                exchange,
                                                200,
                                                Json.text(Map.of("orders", orders.isPresent()))));
        orders.ifPresent(handler -> paths.addExactPath("/api/orders", handler));
        return exchange -> {
            HeaderMap headers = exchange.getResponseHeaders();
            SECURITY_HEADERS.forEach(headers::put);
            headers.put(Headers.CACHE_CONTROL, "no-store");
            paths.handleRequest(exchange);
        };
    }

    private static void asset(HttpServerExchange exchange, Assets assets) {
        Optional<Assets.File> found = assets.at(exchange.getRequestPath());
        if (found.isPresent()) {
            file(exchange, found.get(), "public, max-age=31536000, immutable");
        } else {
            Json.error(exchange, 404, "there is no such file; load the page again");
        }
    }

    private static void file(HttpServerExchange exchange, Assets.File file, String cache) {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(Headers.CACHE_CONTROL, cache);
        headers.put(Headers.ETAG, file.etag());
        if (file.etag().equals(exchange.getRequestHeaders().getFirst(Headers.IF_NONE_MATCH))) {
            exchange.setStatusCode(StatusCodes.NOT_MODIFIED);
            exchange.endExchange();
            return;
        }
        headers.put(Headers.CONTENT_TYPE, file.type());
        exchange.getResponseSender().send(ByteBuffer.wrap(file.bytes()));
    }

    private static HttpHandler events(Live live) {
        ServerSentEventHandler streams =
                new ServerSentEventHandler((connection, lastId) -> follow(live, connection));
        return exchange -> {
            if (live.isFull()) {
                Json.error(
                        exchange,
                        503,
                        "as many pages follow as console.listeners allows; close one");
            } else {
                streams.handleRequest(exchange);
            }
        };
    }

    private static void follow(Live live, ServerSentEventConnection connection) {
        connection.setKeepAliveTime(PING_MILLIS);
        if (!live.follow(connection)) {
            connection.shutdown();
        }
    }

    /** Answers when the stage has, without holding a thread. */
    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of every failure.
    static void answer(HttpServerExchange exchange, CompletableFuture<?> answer) {
        exchange.dispatch(
                () ->
                        answer.whenComplete(
                                (known, failure) -> {
                                    if (failure == null) {
                                        Json.send(exchange, 200, Json.text(known));
                                    } else {
                                        Json.error(
                                                exchange,
                                                503,
                                                "the console cannot answer now: "
                                                        + failure.getMessage());
                                    }
                                }));
    }

    /** Where the stage shows its picture. */
    public ConsoleStage.Screen screen() {
        return live;
    }

    /** The port listened on; the one chosen when the setting is 0. */
    public int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    /** {@code http} or {@code https}. */
    public String scheme() {
        return guard.scheme();
    }

    @Override
    public void close() {
        live.close();
        undertow.stop();
    }
}
