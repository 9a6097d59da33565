package io.decant.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.dev.broker.BrokerSettings;
import io.decant.pipeline.access.Role;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.topics.StartupCheck;
import io.decant.pipeline.topics.TopicSetup;
import io.decant.records.Label;
import io.decant.topics.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SecureClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static DevCluster cluster;

    @BeforeAll
    static void start() {
        cluster = DevCluster.temporary(BrokerSettings.defaults().withSecurity(true));
        TopicSetup.create(cluster.settings(), Optional.of((short) 1), PATIENCE);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void aRoleFindsItsTopicsAndItsSchemasAndNoOthers() {
        // Given
        ClusterSettings producer = as(Role.PRODUCER);

        // When
        StartupCheck.verify("a producer", producer, List.of(Topic.SAMPLES), PATIENCE);

        // Then
        assertThatThrownBy(
                        () ->
                                StartupCheck.verify(
                                        "a producer", producer, List.of(Topic.CONTROL), PATIENCE))
                .hasMessageContaining("decant.control");
    }

    @Test
    void nobodyComesInWithoutTls() {
        assertThatThrownBy(
                        () ->
                                StartupCheck.verify(
                                        "somebody",
                                        ClusterSettings.of(
                                                cluster.bootstrapServers(), cluster.registryUrl()),
                                        List.of(Topic.SAMPLES),
                                        Duration.ofSeconds(3)))
                .hasMessageContaining("no TLS connection to the schema registry")
                .hasMessageContaining("the broker at " + cluster.bootstrapServers());
    }
    
    private static ClusterSettings as(Role role) {
        return cluster.users().orElseThrow().as(role, cluster.registryUrl());
    }
}
