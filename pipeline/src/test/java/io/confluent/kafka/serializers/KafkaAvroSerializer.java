package io.confluent.kafka.serializers;

import io.decant.serde.AvroRecordSerializer;
import java.util.Map;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Stands for Confluent's class of this name, which a build without the profile {@code confluent}
 * does not have: it is made by name and takes Confluent's keys, and writes the same bytes. <i>Owned
 * by one thread.</i>
 */
public final class KafkaAvroSerializer implements Serializer<Object> {
    private final AvroRecordSerializer writer = new AvroRecordSerializer();

    @Override
    public void configure(Map<String, ?> properties, boolean isKey) {
        writer.configure(ConfluentKeys.checked(properties), isKey);
    }

    @Override
    public byte[] serialize(String topic, Object value) {
        return writer.serialize(topic, value);
    }
}
