package io.decant.pipeline.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.serde.testing.FakeRegistry;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartupCheckTest {
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void anUnreachableBrokerAndRegistryAreReportedTogetherAndInTime() throws IOException {
        // Given
        String registry;
        try (FakeRegistry gone = FakeRegistry.start()) {
            registry = gone.url();
        }
        String broker = "localhost:" + freePort();
        long start = System.nanoTime();

        // When
        List<String> problems = problems(broker, registry, SHORT);

        // Then
        assertThat(problems)
                .containsExactly(
                        "the schema registry at "
                                + registry
                                + " cannot be reached (ConnectException); start it or correct cluster.schema-registry-url",
                        "the broker at "
                                + broker
                                + " does not answer within 2000 ms; start it or correct cluster.bootstrap-servers, or set cluster.kafka.security.protocol if it wants TLS or a password");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
    }

    @Test
    void anAddressThatIsNoneIsAProblemAndNotACrash() {
        try (FakeRegistry registry = FakeRegistry.start()) {
            assertThat(problems("localhost", registry.url(), LONG))
                    .singleElement()
                    .asString()
                    .startsWith("a Kafka client cannot be made: ")
                    .endsWith("check cluster.bootstrap-servers and cluster.kafka");
        }
    }

    @Test
    void aTopicThatDiffersFromTheContractIsNamedWithWhatWasExpected() {
        Topics topics = new Topics("decant.", 6, 2);

        assertThat(TopicCheck.differences(topics, Topic.SAMPLES, 6, "delete")).isEmpty();
        assertThat(TopicCheck.differences(topics, Topic.LINEAGE, 2, "delete")).isEmpty();
        assertThat(TopicCheck.differences(topics, Topic.SAMPLES, 5, "compact"))
                .containsExactly(
                        "topic decant.samples has 5 partitions; expected 6, as cluster.sample-partitions says",
                        "topic decant.samples has cleanup.policy compact; expected delete");
        assertThat(TopicCheck.differences(topics, Topic.MODEL_WEIGHTS, 6, "compact,delete"))
                .containsExactly(
                        "topic decant.model-weights has 6 partitions; expected 2, as cluster.model-partitions says",
                        "topic decant.model-weights has cleanup.policy compact,delete; expected compact");
    }

    private static List<String> problems(String broker, String registry, Duration patience) {
        return catchThrowableOfType(
                        ConfigurationException.class,
                        () ->
                                StartupCheck.verify(
                                        "teacher",
                                        ClusterSettings.of(broker, registry),
                                        List.of(Topic.SAMPLES, Topic.SOFT_TARGETS),
                                        patience))
                .problems();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
