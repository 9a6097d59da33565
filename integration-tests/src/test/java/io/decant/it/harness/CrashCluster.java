package io.decant.it.harness;

import io.decant.dev.broker.BrokerProcess;
import io.decant.dev.broker.BrokerSettings;
import io.decant.dev.registry.EmbeddedRegistry;
import io.decant.dev.registry.RegistrySettings;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.topics.TopicSetup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A broker in a process of its own, which can be killed and comes back at the same address, and a
 * registry in this process. <i>Owned by the test's thread.</i>
 */
public final class CrashCluster implements AutoCloseable {
    private static final int LOWEST_PORT = 16_000;
    private static final int PORTS = 8_000;

    private final Path folder;
    private final BrokerSettings settings;
    private final EmbeddedRegistry registry;
    private BrokerProcess broker;
    private int installations;

    private CrashCluster(Path folder) {
        this.folder = folder;
        settings = BrokerSettings.defaults().withPort(lastingPort());
        broker = BrokerProcess.start(folder, settings);
        registry = EmbeddedRegistry.start(broker.bootstrapServers(), RegistrySettings.defaults());
    }

    /** Starts both; the broker keeps its records in the folder. */
    public static CrashCluster start(Path folder) {
        return new CrashCluster(folder);
    }

    /**
     * A free port below those that systems give out by themselves: while the broker is away,
     * another process must not get it, and answer the broker's clients.
     */
    private static int lastingPort() {
        int first = LOWEST_PORT + (int) (ProcessHandle.current().pid() % PORTS);
        for (int port = first; port < first + PORTS; port++) {
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
        throw new IllegalStateException("no port is free from " + first + " on");
    }

    /** New, empty topics beside the others. */
    public ClusterSettings installation(int samplePartitions) {
        ClusterSettings defaults = ClusterSettings.of(broker.bootstrapServers(), registry.url());
        ClusterSettings own =
                new ClusterSettings(
                        defaults.bootstrapServers(),
                        defaults.schemaRegistryUrl(),
                        "crash" + ++installations + ".",
                        samplePartitions,
                        1,
                        defaults.valueSerializer(),
                        defaults.valueDeserializer(),
                        Map.of());
        TopicSetup.create(own, Optional.of((short) 1), Duration.ofSeconds(60));
        return own;
    }

    /** {@code kill -9}. */
    public void killBroker() {
        broker.kill();
    }

    /** Whether the broker's process runs. */
    public boolean isBrokerAlive() {
        return broker.isAlive();
    }

    /** Returns when it takes requests again. */
    public void startBroker() {
        broker = BrokerProcess.start(folder, settings);
    }

    @Override
    public void close() {
        registry.close();
        broker.close();
    }
}
