package io.decant.console.picture;

import java.util.List;
import java.util.Map;

/**
 * How far topics and their readers were at one moment. <i>Immutable.</i>
 *
 * @param atMillis when it was asked, milliseconds since 1970-01-01T00:00Z
 * @param ends sum of the end offsets of a topic's partitions, by the topic's name without prefix
 */
public record Survey(long atMillis, Map<String, Long> ends, List<Group> groups) {
    public Survey {
        ends = Map.copyOf(ends);
        groups = List.copyOf(groups);
    }

    /**
     * A consumer group of the installation.
     *
     * @param name without the installation's prefix
     * @param members processes, or threads of them
     * @param lag offsets that are still before it, by topic without prefix
     */
    public record Group(String name, String state, int members, Map<String, Long> lag) {
        public Group {
            lag = Map.copyOf(lag);
        }
    }
}
