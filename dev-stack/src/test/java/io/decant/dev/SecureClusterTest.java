package io.decant.dev;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.dev.broker.BrokerSettings;
import io.decant.pipeline.access.Role;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.tls.LocalAuthority;
import io.decant.pipeline.topics.StartupCheck;
import io.decant.pipeline.topics.TopicSetup;
import io.decant.topics.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
                .hasMessageContaining(
                        "user 'producer' may not Describe topic decant.control; give it its rights with: decant topics acls --service producer --principal User:producer --apply");
    }

    @Test
    void aServiceThatLacksRightsHearsOfEveryTopicAtItsStart() {
        // Given a teacher that comes in as the gateway's user
        ClusterSettings gateway = as(Role.GATEWAY);

        // When / Then
        assertThatThrownBy(
                        () ->
                                StartupCheck.verify(
                                        "teacher",
                                        gateway,
                                        List.of(
                                                Topic.SAMPLES,
                                                Topic.MODEL_REGISTRY,
                                                Topic.DEAD_LETTERS),
                                        PATIENCE))
                .hasMessageContaining("2 problems")
                .hasMessageContaining("user 'gateway' may not Describe topic decant.samples")
                .hasMessageContaining(
                        "user 'gateway' may not Write topic decant.model-registry; give it its rights with: decant topics acls --service teacher --principal User:gateway --apply");
    }

    @Test
    void aWrongPasswordIsSaidForBrokerAndRegistry() {
        // Given
        ClusterSettings wrong =
                with(
                        Map.of(
                                "sasl.jaas.config",
                                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"trainer\" password=\"guess\";",
                                "basic.auth.user.info",
                                "trainer:guess"));

        // When / Then
        assertThatThrownBy(
                        () ->
                                StartupCheck.verify(
                                        "trainer", wrong, List.of(Topic.LINEAGE), PATIENCE))
                .hasMessageContaining("2 problems")
                .hasMessageContaining("the schema registry answered 401")
                .hasMessageContaining("check cluster.kafka.basic.auth.user.info")
                .hasMessageContaining(
                        "the broker at "
                                + cluster.bootstrapServers()
                                + " does not let user 'trainer' in")
                .hasMessageContaining("check user and password in cluster.kafka.sasl.jaas.config")
                .hasMessageNotContaining("guess");
    }

    @Test
    void aStrangersAuthorityIsSaidForBrokerAndRegistry(@TempDir Path folder) throws IOException {
        // Given
        String stranger = LocalAuthority.in(folder).certificate().toString();
        ClusterSettings wrong =
                with(
                        Map.of(
                                "ssl.truststore.location",
                                stranger,
                                "schema.registry.ssl.truststore.location",
                                stranger));

        // When / Then
        assertThatThrownBy(
                        () ->
                                StartupCheck.verify(
                                        "trainer", wrong, List.of(Topic.LINEAGE), PATIENCE))
                .hasMessageContaining("2 problems")
                .hasMessageContaining("no TLS connection to the schema registry")
                .hasMessageContaining("cluster.kafka.schema.registry.ssl.truststore.*")
                .hasMessageContaining(
                        "no TLS connection to the broker at " + cluster.bootstrapServers())
                .hasMessageContaining("cluster.kafka.ssl.truststore.* must hold the authority");
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
                .hasMessageContaining("set cluster.kafka.security.protocol");
    }

    private static ClusterSettings with(Map<String, String> changes) {
        ClusterSettings right = as(Role.TRAINER);
        Map<String, String> kafka = new HashMap<>(right.kafka());
        kafka.putAll(changes);
        return right.withKafka(kafka);
    }

    private static ClusterSettings as(Role role) {
        return cluster.users().orElseThrow().as(role, cluster.registryUrl());
    }
}
