package io.decant.trainer.publish;

import io.decant.topics.Topic;
import java.util.Map;

/**
 * What is the same for every version of one trainer's life. <i>Immutable.</i>
 *
 * @param topicIds Kafka's ids of the topics that manifests point into
 * @param engine the engine and its version
 * @param cpuCapability what of the processor can change bits
 * @param seed the model's seed
 */
public record Provenance(
        Map<Topic, String> topicIds, String engine, String cpuCapability, long seed) {
    public Provenance {
        topicIds = Map.copyOf(topicIds);
    }
}
