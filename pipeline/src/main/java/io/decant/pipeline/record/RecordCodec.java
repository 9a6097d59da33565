package io.decant.pipeline.record;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.DeadLetterReason;
import io.decant.serde.BadRecordException;
import io.decant.serde.RegistryException;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Turns records into bytes and back with the serializer classes that the configuration names.
 * Broken bytes come back as {@link Decoded.Bad}; an unreachable registry is thrown, because the
 * record may be fine. <i>Owned by one thread.</i>
 */
public final class RecordCodec implements AutoCloseable {
    private final Topics topics;
    private final Map<String, Object> properties;
    private final Map<Topic, Serializer<Object>> serializers = new EnumMap<>(Topic.class);
    private final Deserializer<Object> deserializer;
    private final String serializerClass;

    public RecordCodec(ClusterSettings cluster) {
        topics = cluster.topics();
        serializerClass = cluster.valueSerializer();
        properties = new HashMap<>(cluster.kafka());
        properties.put("schema.registry.url", cluster.schemaRegistryUrl());
        // Confluent's reader makes generic records unless told otherwise.
        properties.put("specific.avro.reader", "true");
        deserializer = make(cluster.valueDeserializer());
        deserializer.configure(properties, false);
    }

    /** The record's bytes for a topic. */
    public byte[] encode(Topic topic, SpecificRecord value) {
        return serializers
                .computeIfAbsent(topic, this::serializer)
                .serialize(topics.name(topic), value);
    }

    private Serializer<Object> serializer(Topic topic) {
        Serializer<Object> made = make(serializerClass);
        Map<String, Object> own = new HashMap<>(properties);
        if (topic.records().size() > 1) {
            own.put(
                    "value.subject.name.strategy",
                    serializerClass.startsWith("io.confluent.")
                            ? "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy"
                            : "TopicRecordNameStrategy");
        }
        made.configure(own, false);
        return made;
    }

    /**
     * Reads a value.
     *
     * @throws SerializationException if the registry cannot be asked; trying again may help
     */
    public <T extends SpecificRecord> Decoded<T> decode(Topic topic, byte[] bytes, Class<T> type) {
        if (bytes == null) {
            return new Decoded.Bad<>(
                    DeadLetterReason.UNDECODABLE,
                    "the value is null; expected a " + type.getSimpleName());
        }
        Object value;
        try {
            value = deserializer.deserialize(topics.name(topic), bytes);
        } catch (BadRecordException bad) {
            return new Decoded.Bad<>(bad.reason(), bad.getMessage());
        } catch (RegistryException unreachable) {
            throw unreachable;
        } catch (SerializationException other) {
            if (other.getCause() instanceof IOException
                    || other.getCause() instanceof RetriableException) {
                throw other;
            }
            return new Decoded.Bad<>(
                    DeadLetterReason.UNDECODABLE, String.valueOf(other.getMessage()));
        }
        if (!type.isInstance(value)) {
            return new Decoded.Bad<>(
                    DeadLetterReason.UNDECODABLE,
                    "the value is a "
                            + value.getClass().getSimpleName()
                            + "; expected a "
                            + type.getSimpleName());
        }
        return new Decoded.Good<>(type.cast(value));
    }

    @SuppressWarnings(
            "unchecked") // The class is configured by name; what it makes is checked by use.
    private static <S> S make(String className) {
        try {
            return (S) Utils.newInstance(className, Object.class);
        } catch (ClassNotFoundException missing) {
            throw new IllegalArgumentException(
                    "the class "
                            + className
                            + " is not on the class path; check cluster.value-serializer and cluster.value-deserializer",
                    missing);
        }
    }

    @Override
    public void close() {
        serializers.values().forEach(Serializer::close);
        deserializer.close();
    }
}
