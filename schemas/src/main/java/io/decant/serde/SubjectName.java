package io.decant.serde;

import io.decant.topics.Topic;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;

/**
 * How the subject of a record's schema is named; the same rules as Confluent's strategies of these
 * names. <i>Immutable.</i>
 */
enum SubjectName {
    TOPIC,
    RECORD,
    TOPIC_RECORD;

    /** Reads a strategy's class name, with or without its package. */
    static SubjectName of(String strategy) {
        String name = strategy.substring(strategy.lastIndexOf('.') + 1);
        return switch (name) {
            case "TopicNameStrategy" -> TOPIC;
            case "RecordNameStrategy" -> RECORD;
            case "TopicRecordNameStrategy" -> TOPIC_RECORD;
            default ->
                    throw new ConfigException(
                            "value.subject.name.strategy is '"
                                    + strategy
                                    + "'; expected TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy");
        };
    }

    /**
     * The strategy of a topic. Where several records share a topic, each needs a subject of its
     * own, whatever is configured.
     */
    static SubjectName of(Topic topic, SubjectName configured) {
        return topic.records().size() > 1 ? TOPIC_RECORD : configured;
    }

    String subject(String topic, Schema schema) {
        return switch (this) {
            case TOPIC -> topic + "-value";
            case RECORD -> schema.getFullName();
            case TOPIC_RECORD -> topic + "-" + schema.getFullName();
        };
    }
}
