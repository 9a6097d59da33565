package io.decant.bench.cluster;

import io.decant.dev.DevCluster;
import io.decant.dev.broker.BrokerProcess;
import io.decant.dev.broker.BrokerSettings;
import io.decant.dev.registry.RegistrySettings;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.topics.TopicSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * A broker in a process of its own, as in production, and a registry, in a folder that is deleted
 * at the end. <i>Owned by the main thread.</i>
 */
public final class BenchCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final DevCluster cluster;

    private BenchCluster(Path folder, DevCluster cluster) {
        this.folder = folder;
        this.cluster = cluster;
    }

    public static BenchCluster start() {
        try {
            Path folder = Files.createTempDirectory("decant-bench-");
            return new BenchCluster(
                    folder,
                    DevCluster.around(
                            BrokerProcess.start(
                                    folder.resolve("broker"), BrokerSettings.defaults()),
                            RegistrySettings.defaults()));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** For what else a run writes. */
    public Path folder() {
        return folder;
    }

    /** Topics of its own under a prefix, with the usual number of partitions. */
    public ClusterSettings installation(String name) {
        ClusterSettings usual =
                ClusterSettings.of(cluster.bootstrapServers(), cluster.registryUrl());
        ClusterSettings own =
                new ClusterSettings(
                        usual.bootstrapServers(),
                        usual.schemaRegistryUrl(),
                        name + ".",
                        usual.samplePartitions(),
                        usual.modelPartitions(),
                        usual.valueSerializer(),
                        usual.valueDeserializer(),
                        Map.of());
        TopicSetup.create(own, Optional.of((short) 1), PATIENCE);
        return own;
    }

    @Override
    public void close() {
        cluster.close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException left) {
            throw new UncheckedIOException(folder + " could not be deleted", left);
        }
    }
}
