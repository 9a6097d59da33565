package io.confluent.kafka.serializers;

import io.decant.serde.AvroRecordDeserializer;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Stands for Confluent's class of this name, as its serializer does. <i>Owned by one thread.</i>
 */
public final class KafkaAvroDeserializer implements Deserializer<Object> {
    private final AvroRecordDeserializer reader = new AvroRecordDeserializer();

    @Override
    public void configure(Map<String, ?> properties, boolean isKey) {
        reader.configure(ConfluentKeys.checked(properties), isKey);
    }

    @Override
    public Object deserialize(String topic, byte[] bytes) {
        return reader.deserialize(topic, bytes);
    }
}
