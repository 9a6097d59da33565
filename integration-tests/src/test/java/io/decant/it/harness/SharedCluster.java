package io.decant.it.harness;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.topics.TopicSetup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One real broker and registry for all tests of the JVM: in containers or in this process, as
 * {@link TestCluster#chosen} has it. Each test gets topics of its own, told apart by their prefix.
 * <i>Thread-safe.</i>
 */
public final class SharedCluster implements ParameterResolver {
    private static final AtomicInteger INSTALLATIONS = new AtomicInteger();

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == ClusterSettings.class;
    }

    /** A new installation: its topics exist and are empty. */
    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        TestCluster cluster =
                context.getRoot()
                        .getStore(ExtensionContext.Namespace.GLOBAL)
                        .getOrComputeIfAbsent(
                                SharedCluster.class,
                                key -> TestCluster.chosen(),
                                TestCluster.class);
        return installationOn(cluster);
    }

    /** A new installation on any cluster. */
    public static ClusterSettings installationOn(TestCluster cluster) {
        ClusterSettings defaults =
                ClusterSettings.of(cluster.bootstrapServers(), cluster.registryUrl());
        return installation(defaults, "it" + INSTALLATIONS.incrementAndGet() + ".", 3, 2);
    }

    /** Another new installation beside one, with one partition for each topic. */
    public static ClusterSettings withOnePartition(ClusterSettings other) {
        return installation(other, other.prefix() + "one.", 1, 1);
    }

    private static ClusterSettings installation(
            ClusterSettings where, String prefix, int samplePartitions, int modelPartitions) {
        ClusterSettings own =
                new ClusterSettings(
                        where.bootstrapServers(),
                        where.schemaRegistryUrl(),
                        prefix,
                        samplePartitions,
                        modelPartitions,
                        where.valueSerializer(),
                        where.valueDeserializer(),
                        Map.of());
        TopicSetup.create(own, Optional.of((short) 1), Duration.ofSeconds(60));
        return own;
    }

    /** As {@code KEY=VALUE}, for a service's configuration. */
    public static List<String> settings(ClusterSettings cluster) {
        return List.of(
                "cluster.bootstrap-servers=" + cluster.bootstrapServers(),
                "cluster.schema-registry-url=" + cluster.schemaRegistryUrl(),
                "cluster.prefix=" + cluster.prefix(),
                "cluster.sample-partitions=" + cluster.samplePartitions(),
                "cluster.model-partitions=" + cluster.modelPartitions());
    }
}
