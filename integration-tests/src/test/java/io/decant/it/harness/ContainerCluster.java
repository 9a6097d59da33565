package io.decant.it.harness;

import java.time.Duration;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A broker in a container, and Decant's registry in another one that reaches it by its name.
 * <i>Thread-safe.</i>
 */
public final class ContainerCluster implements TestCluster {
    private static final String BROKER_INSIDE = "broker:19092";
    private static final int REGISTRY_PORT = 8081;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** What the embedded broker has too: tests wait for sessions to end. */
    private static final Map<String, String> BROKER_SETTINGS =
            Map.of(
                    "KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false",
                    "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS", "1000",
                    "KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS", "1",
                    "KAFKA_TRANSACTION_ABORT_TIMED_OUT_TRANSACTION_CLEANUP_INTERVAL_MS", "1000",
                    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1",
                    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1",
                    "KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE", String.valueOf(16 << 20),
                    "KAFKA_HEAP_OPTS", "-Xmx640m");

    private final Network network = Network.newNetwork();
    private final KafkaContainer broker;
    private final GenericContainer<?> registry;

    @SuppressWarnings("resource") // The builders return the container, which close() stops.
    private ContainerCluster() {
        broker =
                new KafkaContainer(
                                DockerImageName.parse(ContainerImages.BROKER)
                                        .asCompatibleSubstituteFor("apache/kafka"))
                        .withNetwork(network)
                        .withListener(BROKER_INSIDE)
                        .withEnv(BROKER_SETTINGS)
                        .withStartupTimeout(PATIENCE);
        registry =
                new GenericContainer<>(DockerImageName.parse(ContainerImages.DECANT))
                        .withNetwork(network)
                        .withCommand(
                                "registry",
                                "--bootstrap",
                                BROKER_INSIDE,
                                "--host",
                                "0.0.0.0",
                                "--port",
                                String.valueOf(REGISTRY_PORT))
                        .withExposedPorts(REGISTRY_PORT)
                        .waitingFor(Wait.forHttp("/subjects").forPort(REGISTRY_PORT))
                        .withStartupTimeout(PATIENCE);
    }

    /** Starts both; nothing is left running when that fails. */
    public static ContainerCluster start() {
        ContainerCluster cluster = new ContainerCluster();
        try {
            cluster.broker.start();
            cluster.registry.start();
            return cluster;
        } catch (RuntimeException failed) {
            cluster.close();
            throw failed;
        }
    }

    @Override
    public String bootstrapServers() {
        return broker.getBootstrapServers();
    }

    @Override
    public String registryUrl() {
        return "http://" + registry.getHost() + ":" + registry.getMappedPort(REGISTRY_PORT);
    }

    @Override
    public void close() {
        registry.stop();
        broker.stop();
        network.close();
    }
}
