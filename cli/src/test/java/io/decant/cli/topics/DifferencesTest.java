package io.decant.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.topics.TopicState;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DifferencesTest {
    private static final Topics TOPICS = new Topics("eu.", 3, 2);

    @Test
    void aTopicAsTheContractSaysHasNone() {
        for (Topic topic : Topic.values()) {
            TopicState state =
                    present(topic, TOPICS.partitions(topic), TOPICS.configuration(topic));
            assertThat(Differences.of(TOPICS, state).all()).isEmpty();
        }
    }

    @Test
    void aMissingTopicIsRefused() {
        // When
        Differences found =
                Differences.of(TOPICS, new TopicState(Topic.LABELS, "eu.labels", Optional.empty()));

        // Then
        assertThat(found.refused())
                .containsExactly(
                        "topic eu.labels does not exist; create the topics with: decant topics create");
    }

    @Test
    void partitionsAndCleanupAreRefusedAndTheRestIsToldAfterThem() {
        // Given
        Map<String, String> settings = new HashMap<>(TOPICS.configuration(Topic.LABELS));
        settings.put("cleanup.policy", "compact");
        settings.put("retention.ms", "1000");

        // When
        Differences found = Differences.of(TOPICS, present(Topic.LABELS, 5, settings));

        // Then
        assertThat(found.refused())
                .containsExactly(
                        "topic eu.labels has 5 partitions; expected 3, as cluster.sample-partitions says",
                        "topic eu.labels has cleanup.policy compact; expected delete");
        assertThat(found.others())
                .containsExactly(
                        "topic eu.labels has retention.ms 1000; the contract says 604800000");
        assertThat(found.all()).hasSize(3).endsWith(found.others().get(0));
    }

    private static TopicState present(Topic topic, int partitions, Map<String, String> settings) {
        List<TopicState.Extent> extents =
                IntStream.range(0, partitions)
                        .mapToObj(each -> new TopicState.Extent(each, 0, 7))
                        .toList();
        return new TopicState(
                topic,
                TOPICS.name(topic),
                Optional.of(new TopicState.Present("id", 1, settings, extents)));
    }
}
