package io.decant.serde;

import io.decant.records.TrustedRecords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes Avro records in Confluent's wire format: a zero byte, the schema's id as a big-endian
 * 32-bit integer, Avro binary. Takes Confluent's own configuration keys, so that {@code
 * io.confluent.kafka.serializers.KafkaAvroSerializer} can take its place by name. The registry is
 * asked once for each topic and schema. A registry that cannot be asked throws {@link
 * RegistryException}. <i>Owned by one thread.</i>
 */
public final class AvroRecordSerializer implements Serializer<Object> {
    static {
        TrustedRecords.load();
    }

    private final Map<Route, Writer> writers = new HashMap<>();
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
        Writer writer = writers.computeIfAbsent(new Route(topic, datum.getSchema()), this::writer);
        // First of all: it writes out what is left in it of a record that was refused.
        encoder = EncoderFactory.get().binaryEncoder(output, encoder);
        output.reset();
        output.header(writer.id);
        try {
            writer.avro.write(datum, encoder);
            encoder.flush();
        } catch (IOException | RuntimeException invalid) {
            // A field that is null or out of its type shows as one of many unchecked kinds.
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

    private Writer writer(Route route) {
        String subject = settings.subjectName().subject(route.topic, route.schema);
        if (settings.useLatest()) {
            return latest(subject, route.schema);
        }
        int id =
                settings.autoRegister()
                        ? registry.register(subject, route.schema)
                        : registry.lookUp(subject, route.schema);
        return new Writer(id, new SpecificDatumWriter<>(route.schema));
    }

    private Writer latest(String subject, Schema own) {
        RegistryClient.Registered latest = registry.latest(subject);
        if (latest.schema().equals(PlainSchema.of(own))) {
            return new Writer(latest.id(), new SpecificDatumWriter<>(own));
        }
        var compatible =
                SchemaCompatibility.checkReaderWriterCompatibility(latest.schema(), own)
                        .getResult();
        if (compatible.getCompatibility()
                != SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE) {
            throw new SerializationException(
                    "a "
                            + own.getName()
                            + " cannot be written with the latest schema of subject "
                            + subject
                            + " (id "
                            + latest.id()
                            + "): "
                            + compatible.getIncompatibilities());
        }
        return new Writer(latest.id(), new ResolvingWriter(own, latest.schema()));
    }

    /** What a writer is made for: one topic may hold several records. */
    private record Route(String topic, Schema schema) {}

    private record Writer(int id, DatumWriter<SpecificRecord> avro) {}

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
