package io.decant.pipeline.record;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.DeadLetterReason;
import io.decant.serde.AvroRecordDeserializer;
import io.decant.serde.BadRecordException;
import io.decant.serde.WriterSchemas;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Turns records into bytes and back with the serializer classes that the configuration names.
 * Broken bytes come back as {@link Decoded.Bad}; a registry that cannot be asked is thrown, because
 * the record may be fine. <i>Owned by one thread.</i>
 */
public final class RecordCodec implements AutoCloseable {
    private static final String STRATEGY = "TopicRecordNameStrategy";

    private final Topics topics;
    private final Serializer<Object> forOneRecord;
    private final Serializer<Object> forSeveralRecords;
    private final Deserializer<Object> deserializer;

    /**
     * Makes the serializers; the registry is asked when it is needed.
     *
     * @throws IllegalArgumentException if a class that the settings name cannot be used
     * @throws org.apache.kafka.common.config.ConfigException if a serializer refuses its settings
     */
    public RecordCodec(ClusterSettings cluster) {
        this(
                cluster.topics(),
                serializer(cluster.valueSerializer(), properties(cluster)),
                serializer(cluster.valueSerializer(), byRecord(cluster)),
                deserializer(cluster.valueDeserializer(), properties(cluster)));
    }

    private RecordCodec(
            Topics topics,
            Serializer<Object> forOneRecord,
            Serializer<Object> forSeveralRecords,
            Deserializer<Object> deserializer) {
        this.topics = topics;
        this.forOneRecord = forOneRecord;
        this.forSeveralRecords = forSeveralRecords;
        this.deserializer = deserializer;
    }

    /** A codec that only reads, and needs no registry: the schemas are given. */
    public static RecordCodec reading(Topics topics, WriterSchemas schemas) {
        Serializer<Object> none =
                (topic, value) -> {
                    throw new IllegalStateException("this codec only reads");
                };
        AvroRecordDeserializer reader = new AvroRecordDeserializer(schemas);
        return new RecordCodec(topics, none, none, reader::deserialize);
    }

    private static Map<String, Object> byRecord(ClusterSettings cluster) {
        Map<String, Object> properties = properties(cluster);
        properties.put(
                "value.subject.name.strategy",
                cluster.valueSerializer().startsWith("io.confluent.")
                        ? "io.confluent.kafka.serializers.subject." + STRATEGY
                        : STRATEGY);
        return properties;
    }

    /** What serializers and the registry check are configured with. */
    public static Map<String, Object> properties(ClusterSettings cluster) {
        Map<String, Object> properties = new HashMap<>(cluster.kafka());
        properties.put("schema.registry.url", cluster.schemaRegistryUrl());
        // Confluent's reader makes generic records unless told otherwise.
        properties.put("specific.avro.reader", "true");
        // Confluent's writer would register a second version, with Java's properties in it.
        properties.put("avro.remove.java.properties", "true");
        return properties;
    }

    /**
     * The record's bytes for a topic.
     *
     * @throws SerializationException if the record is not complete, or the registry cannot be asked
     *     or refuses its schema
     */
    public byte[] encode(Topic topic, SpecificRecord value) {
        Serializer<Object> serializer =
                topic.records().size() == 1 ? forOneRecord : forSeveralRecords;
        return serializer.serialize(topics.name(topic), value);
    }

    /**
     * Reads a value.
     *
     * @throws SerializationException if the registry cannot be asked; trying again may help
     */
    public <T extends SpecificRecord> Decoded<T> decode(Topic topic, byte[] bytes, Class<T> type) {
        if (bytes == null) {
            return undecodable("the value is null; expected a " + type.getSimpleName());
        }
        Object value;
        try {
            value = deserializer.deserialize(topics.name(topic), bytes);
        } catch (BadRecordException bad) {
            return new Decoded.Bad<>(bad.reason(), bad.getMessage());
        } catch (SerializationException failed) {
            if (RegistryTrouble.explains(failed)) {
                throw failed;
            }
            return undecodable(failed.getMessage());
        }
        if (!type.isInstance(value)) {
            return undecodable(
                    "the value is "
                            + (value == null ? "null" : "a " + value.getClass().getSimpleName())
                            + "; expected a "
                            + type.getSimpleName());
        }
        return new Decoded.Good<>(type.cast(value));
    }

    private static <T> Decoded<T> undecodable(String detail) {
        return new Decoded.Bad<>(DeadLetterReason.UNDECODABLE, detail);
    }

    /**
     * Kafka's interface names no type that a class by name could promise: what it takes is Object.
     */
    @SuppressWarnings("unchecked")
    private static Serializer<Object> serializer(String type, Map<String, Object> properties) {
        Serializer<Object> made = make(type, "cluster.value-serializer", Serializer.class);
        made.configure(properties, false);
        return made;
    }

    /** As for the serializer; what it makes is checked after each call. */
    @SuppressWarnings("unchecked")
    private static Deserializer<Object> deserializer(String type, Map<String, Object> properties) {
        Deserializer<Object> made = make(type, "cluster.value-deserializer", Deserializer.class);
        made.configure(properties, false);
        return made;
    }

    private static <S> S make(String type, String key, Class<S> expected) {
        try {
            return Utils.newInstance(type, expected);
        } catch (ClassNotFoundException | KafkaException | ClassCastException unusable) {
            throw new IllegalArgumentException(
                    key
                            + " is "
                            + type
                            + ", which cannot be used ("
                            + unusable.getClass().getSimpleName()
                            + "); expected a "
                            + expected.getSimpleName()
                            + " on the class path",
                    unusable);
        }
    }

    @Override
    public void close() {
        forOneRecord.close();
        forSeveralRecords.close();
        deserializer.close();
    }
}
