package io.decant.dev.registry;

import io.decant.dev.DevStackException;
import io.decant.pipeline.http.PortGuard;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.server.handlers.RequestLimitingHandler;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small schema registry with the REST API of Confluent's, for Avro schemas. It keeps them in a
 * compacted topic in Confluent's record format, so that a Confluent registry can be started on the
 * same topic later (and the other way round). Contexts, metadata and rules are refused.
 *
 * <p>Failure mode: {@link DevStackException} or {@link io.decant.pipeline.retry.GaveUpException} at
 * start when the broker cannot be reached, the port is in use or the topic is not a registry's;
 * nothing is left running then. While the broker is away, reads go on and writes are answered with
 * error 50001.
 *
 * <p><em>Thread-safe.</em>
 */
public final class EmbeddedRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRegistry.class);

    /** Schemas are cached by clients; a few requests at a time are plenty. */
    private static final int CONCURRENT_REQUESTS = 4;

    private static final int WAITING_REQUESTS = 256;

    private final Undertow server;
    private final SchemaLog log;
    private final int port;
    private final String scheme;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedRegistry(Undertow server, SchemaLog log, String scheme) {
        this.server = server;
        this.log = log;
        this.scheme = scheme;
        this.port = ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    /**
     * Starts a registry on a cluster; returns when it has read its topic and takes requests.
     *
     * @throws DevStackException when it cannot start; the message names the cause
     */
    public static EmbeddedRegistry start(String bootstrapServers, RegistrySettings settings) {
        PortGuard guard = PortGuard.of("the registry", "security", settings.security());
        SchemaLog log =
                SchemaLog.open(
                        bootstrapServers, settings.kafka(), settings.topic(), settings.timeout());
        try {
            SchemaStore store = new SchemaStore(settings.compatibility());
            log.replay(store::apply);
            Undertow server =
                    server(
                            new RegistryHandler(new RegistryApi(new Registry(store, log)), guard),
                            guard,
                            settings);
            EmbeddedRegistry registry = new EmbeddedRegistry(server, log, guard.scheme());
            LOG.info("registry started, url={} topic={}", registry.url(), settings.topic());
            return registry;
        } catch (RuntimeException failed) {
            log.close();
            throw failed;
        }
    }

    private static Undertow server(
            RegistryHandler handler, PortGuard guard, RegistrySettings settings) {
        Undertow server =
                guard.listen(Undertow.builder(), settings.port(), settings.host())
                        .setIoThreads(1)
                        .setWorkerThreads(CONCURRENT_REQUESTS)
                        .setServerOption(
                                UndertowOptions.MAX_ENTITY_SIZE, settings.maxRequestBytes())
                        .setHandler(
                                new RequestLimitingHandler(
                                        CONCURRENT_REQUESTS,
                                        WAITING_REQUESTS,
                                        new BlockingHandler(handler)))
                        .build();
        try {
            server.start();
            return server;
        } catch (RuntimeException failed) {
            server.stop();
            throw new DevStackException(
                    "the registry cannot listen on port %d of %s (%s); stop the program that uses it or choose another port"
                            .formatted(settings.port(), settings.host(), failed.getMessage()),
                    failed);
        }
    }

    /**
     * Where clients of this machine connect, for {@code schema.registry.url}: {@code
     * http://127.0.0.1:port}.
     */
    public String url() {
        return scheme + "://127.0.0.1:" + port;
    }

    /** The port of {@link #url()}. */
    public int port() {
        return port;
    }

    /** Stops taking requests and closes the log. Later calls do nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.stop();
            log.close();
            LOG.info("registry stopped, url={}", url());
        }
    }
}
