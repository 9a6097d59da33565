package io.decant.pipeline.kafka;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.FreeSettings;
import io.decant.pipeline.config.Setting;
import io.decant.topics.Topics;
import java.util.Map;

/**
 * How a service reaches Kafka, the schema registry and its topics; the same block, {@code cluster},
 * in every service's configuration. <i>Immutable.</i>
 */
public record ClusterSettings(
        @Setting(doc = "Addresses of brokers, host:port, separated by commas.")
                String bootstrapServers,
        @Setting(doc = "Address of the schema registry.") String schemaRegistryUrl,
        @Setting(doc = "What every topic name and group name begins with.", otherwise = "decant.")
                String prefix,
        @Setting(
                        doc = "Partitions of each topic keyed by sample.",
                        otherwise = "4",
                        min = 1,
                        max = 1000)
                int samplePartitions,
        @Setting(
                        doc = "Partitions of each topic keyed by model.",
                        otherwise = "4",
                        min = 1,
                        max = 1000)
                int modelPartitions,
        @Setting(
                        doc =
                                "Class that writes record values; Confluent's KafkaAvroSerializer works as well.",
                        otherwise = "io.decant.serde.AvroRecordSerializer")
                String valueSerializer,
        @Setting(
                        doc =
                                "Class that reads record values; Confluent's KafkaAvroDeserializer works as well.",
                        otherwise = "io.decant.serde.AvroRecordDeserializer")
                String valueDeserializer,
        @Setting(
                        doc =
                                "Passed to every Kafka client and to the serializers as they are, for example kafka.security.protocol.")
                Map<String, String> kafka) {

    public ClusterSettings {
        kafka = FreeSettings.copyOf(kafka);
        // Refuses a prefix or a count that no topic can have.
        new Topics(prefix, samplePartitions, modelPartitions);
    }

    /** Defaults around two addresses. */
    public static ClusterSettings of(String bootstrapServers, String schemaRegistryUrl) {
        return new ClusterSettings(
                bootstrapServers,
                schemaRegistryUrl,
                Topics.DEFAULT.prefix(),
                Topics.DEFAULT.samplePartitions(),
                Topics.DEFAULT.modelPartitions(),
                "io.decant.serde.AvroRecordSerializer",
                "io.decant.serde.AvroRecordDeserializer",
                Map.of());
    }

    /** The same, with other settings for Kafka's clients. */
    public ClusterSettings withKafka(Map<String, String> settings) {
        return new ClusterSettings(
                bootstrapServers,
                schemaRegistryUrl,
                prefix,
                samplePartitions,
                modelPartitions,
                valueSerializer,
                valueDeserializer,
                settings);
    }

    /** The topics of the installation. */
    public Topics topics() {
        return new Topics(prefix, samplePartitions, modelPartitions);
    }

    /** Without secrets: addresses and pass-through settings may hold some. */
    @Override
    public String toString() {
        return Configuration.effective(this).toString();
    }
}
