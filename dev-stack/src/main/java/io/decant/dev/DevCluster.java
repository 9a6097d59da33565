package io.decant.dev;

import io.decant.dev.broker.BrokerSettings;
import io.decant.dev.broker.DevBroker;
import io.decant.dev.broker.EmbeddedBroker;
import io.decant.dev.registry.EmbeddedRegistry;
import io.decant.dev.registry.RegistrySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker and a registry, started and stopped together.
 *
 * <p><em>Thread-safe.</em>
 */
public final class DevCluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DevCluster.class);

    private final DevBroker broker;
    private final EmbeddedRegistry registry;
    private final Optional<Path> folderToDelete;

    private DevCluster(DevBroker broker, EmbeddedRegistry registry, Optional<Path> folderToDelete) {
        this.broker = broker;
        this.registry = registry;
        this.folderToDelete = folderToDelete;
    }

    /** A cluster for tests: the broker in this JVM, free ports, a folder deleted at the end. */
    public static DevCluster temporary() {
        Path folder;
        try {
            folder = Files.createTempDirectory("decant-cluster-");
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot make a temporary folder", failed);
        }
        try {
            return with(
                    EmbeddedBroker.start(folder, BrokerSettings.defaults()),
                    RegistrySettings.defaults(),
                    Optional.of(folder));
        } catch (RuntimeException failed) {
            delete(folder);
            throw failed;
        }
    }

    /**
     * A cluster around a running broker, which then belongs to it.
     *
     * @throws DevStackException when the registry cannot start; the broker is stopped then
     */
    public static DevCluster around(DevBroker broker, RegistrySettings settings) {
        return with(broker, settings, Optional.empty());
    }

    private static DevCluster with(
            DevBroker broker, RegistrySettings settings, Optional<Path> folderToDelete) {
        try {
            return new DevCluster(
                    broker,
                    EmbeddedRegistry.start(broker.bootstrapServers(), settings),
                    folderToDelete);
        } catch (RuntimeException failed) {
            broker.close();
            throw failed;
        }
    }

    /** For {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** For {@code schema.registry.url}. */
    public String registryUrl() {
        return registry.url();
    }

    /** The broker, for tests that stop or kill it. */
    public DevBroker broker() {
        return broker;
    }

    @Override
    public void close() {
        registry.close();
        broker.close();
        folderToDelete.ifPresent(DevCluster::delete);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException failed) {
            LOG.warn("could not delete {}", folder, failed);
        }
    }
}
