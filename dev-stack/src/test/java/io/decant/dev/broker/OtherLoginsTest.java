package io.decant.dev.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.access.Refusals;
import io.decant.pipeline.access.Role;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.tls.LocalAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ways into a broker that the development stack does not use itself, through our clients. */
class OtherLoginsTest {
    private static final String OAUTH =
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"%s\";";

    @TempDir private Path folder;

    @Test
    void aClientCertificateIsAWayIn() throws Exception {
        // Given a broker whose clients' names are those of their certificates
        BrokerSettings settings =
                BrokerSettings.defaults()
                        .withSecurity(true)
                        .with("listener.security.protocol.map", "SASL_SSL:SSL,CONTROLLER:SSL")
                        .with("listener.name.sasl_ssl.ssl.client.auth", "required");
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, settings)) {
            LocalAuthority authority = broker.security().orElseThrow().authority();
            LocalAuthority stranger = LocalAuthority.in(folder.resolve("stranger"));

            // When the super user, somebody without rights, and a stranger make a topic
            makeTopic(settings(broker, authority, authority.issue("broker")), "first");
            ClusterSettings trainer = settings(broker, authority, authority.issue("trainer"));
            ClusterSettings unknown = settings(broker, authority, stranger.issue("trainer"));

            // Then only the first may, and the others hear why not
            assertThat(refusal(trainer, "second"))
                    .contains("refuses the user of cluster.kafka (Authorization failed.)")
                    .contains("decant topics acls --service operator");
            assertThat(refusal(unknown, "third")).startsWith("no TLS connection to the broker at");
        }
    }

    @Test
    void aBearerTokenIsAWayIn() throws Exception {
        // Given a broker that takes unsigned tokens, as only a test may
        BrokerSettings settings =
                BrokerSettings.defaults()
                        .withSecurity(true)
                        .with("sasl.enabled.mechanisms", "SCRAM-SHA-512,OAUTHBEARER")
                        .with(
                                "listener.name.sasl_ssl.oauthbearer.sasl.jaas.config",
                                OAUTH.formatted("nobody"));
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, settings)) {
            // When the super user and somebody without rights come in with a token
            makeTopic(withToken(broker, "admin"), "first");

            // Then only the first may make topics
            assertThat(refusal(withToken(broker, "trainer"), "second"))
                    .contains("refuses the user of cluster.kafka (Authorization failed.)");
        }
    }

    @Test
    void aFolderThatWasUsedWithoutSecurityDoesNotGetItLater() {
        // Given
        EmbeddedBroker.start(folder, BrokerSettings.defaults()).close();

        // When / Then
        assertThatThrownBy(
                        () ->
                                EmbeddedBroker.start(
                                        folder, BrokerSettings.defaults().withSecurity(true)))
                .hasMessageContaining("was made without security and cannot get it later");
    }

    @Test
    void aSecureFolderStaysSecure() throws Exception {
        // Given a secure broker that has stopped
        String password;
        try (EmbeddedBroker first =
                EmbeddedBroker.start(folder, BrokerSettings.defaults().withSecurity(true))) {
            password = first.security().orElseThrow().password("admin");
        }

        // When it starts again, with nothing said of security
        try (EmbeddedBroker again = EmbeddedBroker.start(folder, BrokerSettings.defaults())) {
            // Then its administrator comes in with the same password
            assertThat(again.security().orElseThrow().password("admin")).isEqualTo(password);
            makeTopic(
                    with(again, again.security().orElseThrow().client(BrokerSecurity.ADMIN)),
                    "first");
        }
    }

    private static String refusal(ClusterSettings cluster, String topic) {
        try {
            makeTopic(cluster, topic);
        } catch (Exception refused) { // Whatever it is, it must be explained.
            return Refusals.of(cluster, Optional.of(Role.OPERATOR)).sentence(refused).orElse("");
        }
        return "nothing was refused";
    }

    private static void makeTopic(ClusterSettings cluster, String topic)
            throws ExecutionException, InterruptedException, java.util.concurrent.TimeoutException {
        try (Admin admin = new Clients(cluster).admin("test")) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static ClusterSettings withToken(EmbeddedBroker broker, String user) {
        Map<String, String> kafka =
                new HashMap<>(broker.security().orElseThrow().client(BrokerSecurity.ADMIN));
        kafka.put("sasl.mechanism", "OAUTHBEARER");
        kafka.put("sasl.jaas.config", OAUTH.formatted(user));
        return with(broker, kafka);
    }

    private static ClusterSettings settings(
            EmbeddedBroker broker, LocalAuthority trusted, LocalAuthority.Issued own)
            throws IOException {
        return with(
                broker,
                Map.of(
                        "security.protocol",
                        "SSL",
                        "ssl.truststore.type",
                        "PEM",
                        "ssl.truststore.location",
                        trusted.certificate().toString(),
                        "ssl.keystore.type",
                        "PEM",
                        "ssl.keystore.certificate.chain",
                        Files.readString(own.certificate()),
                        "ssl.keystore.key",
                        Files.readString(own.key())));
    }

    private static ClusterSettings with(EmbeddedBroker broker, Map<String, String> kafka) {
        return ClusterSettings.of(broker.bootstrapServers(), "http://localhost").withKafka(kafka);
    }
}
