package io.decant.cli.scenario;

import io.decant.dev.DevCluster;
import io.decant.dev.broker.BrokerProcess;
import io.decant.dev.broker.BrokerSettings;
import io.decant.dev.registry.RegistrySettings;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.topics.TopicSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One broker and registry for all trials, one after the other: each has topics of its own, with one
 * partition, so that the order of the stream is the order of the journal. <i>Owned by the main
 * thread.</i>
 */
final class ScenarioCluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScenarioCluster.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DevCluster cluster;
    private int trials;

    private ScenarioCluster(DevCluster cluster) {
        this.cluster = cluster;
    }

    static ScenarioCluster start(Path folder) {
        return new ScenarioCluster(
                DevCluster.around(
                        BrokerProcess.start(folder, BrokerSettings.defaults()),
                        RegistrySettings.defaults()));
    }

    /** Fresh topics. */
    ClusterSettings next() {
        ClusterSettings defaults =
                ClusterSettings.of(cluster.bootstrapServers(), cluster.registryUrl());
        trials++;
        ClusterSettings own =
                new ClusterSettings(
                        defaults.bootstrapServers(),
                        defaults.schemaRegistryUrl(),
                        "trial-" + trials + ".",
                        1,
                        1,
                        defaults.valueSerializer(),
                        defaults.valueDeserializer(),
                        defaults.kafka());
        TopicSetup.create(own, Optional.of((short) 1), PATIENCE);
        return own;
    }

    /** Gives the disk back that a trial's topics take. */
    void forget(ClusterSettings trial) throws InterruptedException {
        try (Admin admin = new Clients(trial).admin("cli-scenario-topics")) {
            List<String> topics =
                    admin.listTopics().names().get().stream()
                            .filter(topic -> topic.startsWith(trial.prefix()))
                            .toList();
            admin.deleteTopics(topics).all().get();
        } catch (ExecutionException refused) {
            // The next trial does not need it; all of them go with the folder.
            LOG.warn(
                    "event=topics_not_deleted prefix={} reason=\"{}\"",
                    trial.prefix(),
                    refused.getCause().toString());
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
