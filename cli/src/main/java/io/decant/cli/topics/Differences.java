package io.decant.cli.topics;

import io.decant.pipeline.topics.TopicCheck;
import io.decant.pipeline.topics.TopicState;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How topics differ from the contract. <i>Immutable.</i>
 *
 * @param refused what services do not start with; sentences
 * @param others what an operator may have wanted; sentences
 */
public record Differences(List<String> refused, List<String> others) {
    private static final String POLICY = "cleanup.policy";

    public Differences {
        refused = List.copyOf(refused);
        others = List.copyOf(others);
    }

    /** Compares one topic. */
    public static Differences of(Topics topics, TopicState state) {
        Topic topic = state.topic();
        if (state.present().isEmpty()) {
            return new Differences(List.of(TopicCheck.missing(topics, topic)), List.of());
        }
        TopicState.Present present = state.present().get();
        List<String> others = new ArrayList<>();
        new TreeMap<>(topics.configuration(topic))
                .forEach(
                        (key, expected) -> {
                            String actual = present.settings().get(key);
                            if (!key.equals(POLICY) && !expected.equals(actual)) {
                                others.add(
                                        "topic "
                                                + state.name()
                                                + " has "
                                                + key
                                                + " "
                                                + actual
                                                + "; the contract says "
                                                + expected);
                            }
                        });
        Map<String, String> settings = present.settings();
        return new Differences(
                TopicCheck.differences(
                        topics, topic, present.extents().size(), settings.get(POLICY)),
                others);
    }

    /** Both kinds, the graver ones first. */
    public List<String> all() {
        List<String> all = new ArrayList<>(refused);
        all.addAll(others);
        return all;
    }
}
