package io.decant.pipeline.topics;

import java.util.List;

/**
 * A group of ours, and how far it has come. <i>Immutable.</i>
 *
 * @param state in Kafka's words
 * @param members processes, or threads of them
 * @param positions by topic and partition; what the group never committed is left out
 */
public record GroupState(String name, String state, int members, List<Position> positions) {
    public GroupState {
        positions = List.copyOf(positions);
    }

    /**
     * How far a group has come in one partition.
     *
     * @param committed offset that it goes on from
     * @param lag offsets that it has still before it
     */
    public record Position(String topic, int partition, long committed, long lag) {}
}
