package io.decant.dev.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.retry.GaveUpException;
import io.decant.pipeline.topics.TopicCreator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of module pipeline, tested here where the broker is. */
class TopicCreatorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir static Path folder;
    private static EmbeddedBroker broker;
    private static Admin admin;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(folder, BrokerSettings.defaults());
        admin = Admin.create(BrokerClients.connection(broker));
    }

    @AfterAll
    static void stopBroker() {
        admin.close();
        broker.close();
    }

    /** Without the wait for leaders, about half of such topics lose records (KAFKA-15591). */
    @Test
    void recordsProducedRightAfterTopicCreationAreAllThere() {
        // Given
        List<String> values = IntStream.range(0, 2_000).mapToObj(String::valueOf).toList();
        for (int round = 0; round < 6; round++) {
            String topic = "new-" + round;

            // When
            TopicCreator.create(admin, List.of(new NewTopic(topic, 24, (short) 1)), PATIENCE);
            BrokerClients.produce(broker, topic, 24, values);

            // Then
            assertThat(BrokerClients.readAll(broker, topic, 24))
                    .containsExactlyInAnyOrderElementsOf(values);
        }
    }

    @Test
    void anExistingTopicIsLeftAsItIs() throws Exception {
        // Given
        TopicCreator.create(admin, List.of(new NewTopic("there", 2, (short) 1)), PATIENCE);
        BrokerClients.produce(broker, "there", 2, List.of("kept"));

        // When
        TopicCreator.create(
                admin,
                List.of(new NewTopic("there", 5, (short) 1), new NewTopic("added", 1, (short) 1)),
                PATIENCE);

        // Then
        var topics = admin.describeTopics(List.of("there", "added")).allTopicNames().get();
        assertThat(topics.get("there").partitions()).hasSize(2);
        assertThat(topics.get("added").partitions()).hasSize(1);
        assertThat(BrokerClients.readAll(broker, "there", 2)).containsExactly("kept");
    }

    @Test
    void aRefusedTopicIsNamedWithTheBrokersReason() {
        // Given
        List<NewTopic> impossible = List.of(new NewTopic("three-copies", 1, (short) 3));

        // When / Then
        assertThatThrownBy(() -> TopicCreator.create(admin, impossible, PATIENCE))
                .isInstanceOf(GaveUpException.class)
                .hasMessageContaining("could not create topics [three-copies]")
                .hasMessageContaining("InvalidReplicationFactorException");
    }
}
