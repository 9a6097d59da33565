package io.decant.pipeline.topics;

import io.decant.topics.Topic;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A topic of the contract as the broker has it. <i>Immutable.</i>
 *
 * @param name with the installation's prefix
 * @param present empty when there is no such topic
 */
public record TopicState(Topic topic, String name, Optional<Present> present) {
    /**
     * What the broker says.
     *
     * @param id Kafka's own; another one means that the topic was made anew
     * @param copies of the partition that has the fewest
     * @param settings those that the contract names
     * @param extents in the order of the partitions
     */
    public record Present(
            String id, int copies, Map<String, String> settings, List<Extent> extents) {
        public Present {
            settings = Map.copyOf(settings);
            extents = List.copyOf(extents);
        }
    }

    /**
     * Offsets [from, to) of one partition. Not each is a record: transactions end with a marker,
     * and compaction leaves holes.
     */
    public record Extent(int partition, long from, long to) {
        public long offsets() {
            return to - from;
        }
    }
}
