package io.decant.pipeline.topics;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicWatchTest {
    private final Map<Topic, String> broker =
            new EnumMap<>(Map.of(Topic.SAMPLES, "one", Topic.LABELS, "two"));
    private final TopicWatch watch =
            new TopicWatch(Topics.DEFAULT::name, () -> Map.copyOf(broker), () -> {});

    @Test
    void topicsThatAreTheSameAreNoMatter() {
        assertThatCode(watch::check).doesNotThrowAnyException();
    }

    @Test
    void aTopicThatWasMadeAgainIsNamedWithBothIds() {
        // When
        broker.put(Topic.LABELS, "three");
        // Then
        assertThatThrownBy(watch::check)
                .isInstanceOf(TopicRecreatedException.class)
                .hasMessageContainingAll("topic decant.labels", "was two", "is now three");
    }
}
