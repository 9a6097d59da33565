package io.decant.console;

import io.decant.console.http.ConsoleServer;
import io.decant.console.order.OrderDesk;
import io.decant.console.read.ConsoleStage;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.stage.StageRunner;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One web page about an installation, served by this process: it reads what services tell and
 * changes nothing, unless orders are enabled. Its failure ends nothing else. <i>Thread-safe.</i>
 */
public final class Console implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Console.class);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final ConsoleServer server;
    private final StageRunner reading;
    private final String url;

    private Console(ConsoleServer server, StageRunner reading, String url) {
        this.server = server;
        this.reading = reading;
        this.url = url;
    }

    /**
     * Starts to listen and to read; whether the cluster answers is not waited for.
     *
     * @param desk takes orders from the page; empty for none, whatever the settings say
     * @throws io.decant.pipeline.config.ConfigurationException if the address cannot be listened
     *     on, or a file that the settings name is not right
     */
    public static Console start(
            ClusterSettings cluster,
            ConsoleSettings settings,
            Optional<OrderDesk> desk,
            VersionCards cards,
            InstantSource clock) {
        ConsoleServer server = ConsoleServer.start(settings, desk, cards);
        StageRunner reading =
                StageRunner.start(
                        "console",
                        () -> new ConsoleStage(cluster, settings, clock, server.screen()),
                        STOP_PATIENCE);
        String host = settings.host().equals("0.0.0.0") ? "127.0.0.1" : settings.host();
        String url = server.scheme() + "://" + host + ":" + server.port() + "/";
        LOG.info(
                "service=console event=serving url={} orders={}", url, settings.orders().enabled());
        return new Console(server, reading, url);
    }

    /** Where a browser on this machine finds it. */
    public String url() {
        return url;
    }

    @Override
    public void close() {
        reading.stop();
        server.close();
        reading.close();
    }
}
