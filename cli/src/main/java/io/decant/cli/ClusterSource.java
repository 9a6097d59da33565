package io.decant.cli;

import io.decant.dev.DevCluster;
import io.decant.dev.broker.BrokerProcess;
import io.decant.dev.broker.BrokerSettings;
import io.decant.dev.registry.RegistrySettings;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.topics.StartupCheck;
import io.decant.topics.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A cluster to look into: a running one, or a demo's folder, whose broker is started for as long as
 * the command runs. <i>Owned by the main thread.</i>
 */
final class ClusterSource {
    /** What looking into a model needs. */
    private static final List<Topic> NEEDED =
            List.of(
                    Topic.TRAINING_PAIRS,
                    Topic.MODEL_REGISTRY,
                    Topic.MODEL_WEIGHTS,
                    Topic.TRAINER_STATE,
                    Topic.LINEAGE);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Mixin private ClusterOptions options;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Folder of a demo (decant demo --data-dir), in place of a cluster.")
    private Path dataDir;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** A cluster that is open. <i>Owned by one thread.</i> */
    record Opened(ClusterSettings settings, Optional<DevCluster> started) implements AutoCloseable {
        @Override
        public void close() {
            started.ifPresent(DevCluster::close);
        }
    }

    /**
     * Starts what must be started, and checks that everything answers.
     *
     * @throws io.decant.pipeline.config.ConfigurationException with every problem found
     */
    Opened open() {
        Opened opened = dataDir == null ? new Opened(options.cluster(), Optional.empty()) : start();
        boolean checked = false;
        try {
            StartupCheck.verify("the cluster", opened.settings(), NEEDED, PATIENCE);
            checked = true;
            return opened;
        } finally {
            if (!checked) {
                opened.close();
            }
        }
    }

    private Opened start() {
        if (options.isGiven()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--data-dir is given in place of a cluster (-c, --bootstrap, --registry), not together with one");
        }
        Path broker = dataDir.resolve("broker");
        if (!Files.isDirectory(broker)) {
            throw new CommandFailure(
                    "--data-dir "
                            + dataDir
                            + " holds no run of a demo; expected a folder that decant demo --data-dir has made");
        }
        DevCluster cluster =
                DevCluster.around(
                        BrokerProcess.start(broker, BrokerSettings.defaults()),
                        RegistrySettings.defaults());
        return new Opened(
                ClusterSettings.of(cluster.bootstrapServers(), cluster.registryUrl()),
                Optional.of(cluster));
    }
}
