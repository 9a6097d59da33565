package io.decant.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes Avro records in Confluent's wire format: a zero byte, the schema's id as a big-endian
 * 32-bit integer, Avro binary. Takes Confluent's own configuration keys, so that {@code
 * io.confluent.kafka.serializers.KafkaAvroSerializer} can take its place by name. Each subject is
 * asked for once. <i>Owned by one thread.</i>
 */
public final class AvroRecordSerializer implements Serializer<Object> {
    private final Map<String, Writer> writers = new HashMap<>();
    private final Output output = new Output();
    private BinaryEncoder encoder;
    private RegistrySettings settings;
    private RegistryClient registry;

    @Override
    public void configure(Map<String, ?> properties, boolean isKey) {
        settings = RegistrySettings.from(properties);
        registry = new RegistryClient(settings);
    }

    @Override
    public byte[] serialize(String topic, Object value) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof SpecificRecord datum)) {
            throw new SerializationException(
                    "a value for topic "
                            + topic
                            + " must be a generated Avro record, was "
                            + value.getClass().getName());
        }
        Writer writer = writer(topic, datum.getSchema());
        output.reset();
        output.header(writer.id);
        encoder = EncoderFactory.get().directBinaryEncoder(output, encoder);
        try {
            writer.avro.write(datum, encoder);
            encoder.flush();
        } catch (IOException | RuntimeException invalid) {
            throw new SerializationException(
                    "a "
                            + datum.getSchema().getName()
                            + " for topic "
                            + topic
                            + " cannot be written: "
                            + invalid.getMessage(),
                    invalid);
        }
        return output.toByteArray();
    }

    private Writer writer(String topic, Schema schema) {
        Function<String, Writer> find =
                subject -> {
                    if (settings.useLatest()) {
                        RegistryClient.Registered latest = registry.latest(subject);
                        return new Writer(latest.id(), new SpecificDatumWriter<>(latest.schema()));
                    }
                    int id =
                            settings.autoRegister()
                                    ? registry.register(subject, schema)
                                    : registry.lookUp(subject, schema);
                    return new Writer(id, new SpecificDatumWriter<>(schema));
                };
        return writers.computeIfAbsent(settings.subjectName().subject(topic, schema), find);
    }

    private record Writer(int id, SpecificDatumWriter<SpecificRecord> avro) {}

    /** Keeps its array between records. */
    private static final class Output extends ByteArrayOutputStream {
        Output() {
            super(1024);
        }

        void header(int id) {
            write(0);
            write(id >>> 24);
            write(id >>> 16);
            write(id >>> 8);
            write(id);
        }
    }
}
