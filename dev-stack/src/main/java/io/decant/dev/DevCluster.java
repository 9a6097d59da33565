package io.decant.dev;

import io.decant.dev.broker.BrokerSettings;
import io.decant.dev.broker.DevBroker;
import io.decant.dev.broker.EmbeddedBroker;
import io.decant.dev.registry.EmbeddedRegistry;
import io.decant.dev.registry.RegistrySettings;
import io.decant.pipeline.kafka.ClusterSettings;
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
    private final Optional<ClusterUsers> users;
    private final Optional<Path> folderToDelete;

    private DevCluster(
            DevBroker broker,
            EmbeddedRegistry registry,
            Optional<ClusterUsers> users,
            Optional<Path> folderToDelete) {
        this.broker = broker;
        this.registry = registry;
        this.users = users;
        this.folderToDelete = folderToDelete;
    }

    /** A cluster for tests: the broker in this JVM, free ports, a folder deleted at the end. */
    public static DevCluster temporary() {
        return temporary(BrokerSettings.defaults());
    }

    /** As {@link #temporary()}, with another broker. */
    public static DevCluster temporary(BrokerSettings settings) {
        Path folder;
        try {
            folder = Files.createTempDirectory("decant-cluster-");
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot make a temporary folder", failed);
        }
        try {
            return with(
                    EmbeddedBroker.start(folder, settings),
                    RegistrySettings.defaults(),
                    Optional.of(folder));
        } catch (RuntimeException failed) {
            delete(folder);
            throw failed;
        }
    }

    /**
     * A cluster around a running broker, which then belongs to it. On a secure broker every role
     * has its own user, with the rights that it needs and no more, and the registry is reached over
     * TLS and written with a password.
     *
     * @throws DevStackException when the registry cannot start; the broker is stopped then
     */
    public static DevCluster around(DevBroker broker, RegistrySettings settings) {
        return with(broker, settings, Optional.empty());
    }

    private static DevCluster with(
            DevBroker broker, RegistrySettings settings, Optional<Path> folderToDelete) {
        try {
            Optional<ClusterUsers> users =
                    broker.security().map(s -> ClusterUsers.create(broker.bootstrapServers(), s));
            EmbeddedRegistry registry =
                    EmbeddedRegistry.start(
                            broker.bootstrapServers(),
                            users.map(known -> known.registry(settings)).orElse(settings));
            users.ifPresent(known -> known.writeFiles(registry.url()));
            return new DevCluster(broker, registry, users, folderToDelete);
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

    /** How one connects who may do everything. */
    public ClusterSettings settings() {
        return users.map(known -> known.administrator(registryUrl()))
                .orElseGet(() -> ClusterSettings.of(bootstrapServers(), registryUrl()));
    }

    /** Who may connect, when not everybody on this machine may. */
    public Optional<ClusterUsers> users() {
        return users;
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
