package io.decant.cli;

import io.decant.dev.DevCluster;
import io.decant.dev.broker.BrokerProcess;
import io.decant.dev.broker.BrokerSettings;
import io.decant.dev.registry.RegistrySettings;
import io.decant.pipeline.kafka.ClusterSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a command reads topics: a cluster or a demo's folder. <i>Owned by the main thread.</i> */
final class PlaceOptions {
    @Mixin private ClusterOptions cluster;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "The folder of a demo that is not running; its broker is started to read.")
    private Path dataDir;

    /** An installation, and what was started for it. */
    record Place(ClusterSettings cluster, Optional<DevCluster> started) implements AutoCloseable {
        @Override
        public void close() {
            started.ifPresent(DevCluster::close);
        }
    }

    /** The demo's folder, if one is given. */
    Optional<Path> folder() {
        return Optional.ofNullable(dataDir);
    }

    /**
     * Finds the installation, and starts it when it is a folder.
     *
     * @throws CommandFailure when the folder holds no run
     */
    Place open() {
        return dataDir == null ? new Place(cluster.cluster(), Optional.empty()) : started();
    }

    /** Nothing is changed there: no record expires while its broker runs for us. */
    private Place started() {
        Path broker = dataDir.resolve("broker");
        if (!Files.isDirectory(broker)) {
            throw new CommandFailure(
                    "--data-dir "
                            + dataDir
                            + " holds no run; expected the folder that was given to 'decant demo --data-dir'");
        }
        BrokerSettings keepAll =
                BrokerSettings.defaults()
                        .with("log.retention.check.interval.ms", Long.toString(Long.MAX_VALUE))
                        .with("log.cleaner.enable", "false");
        DevCluster started =
                DevCluster.around(
                        BrokerProcess.start(broker, keepAll), RegistrySettings.defaults());
        return new Place(started.settings(), Optional.of(started));
    }
}
