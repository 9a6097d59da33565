package io.decant.serde;

import io.decant.records.DeadLetterReason;
import io.decant.records.TrustedRecords;
import io.decant.topics.Topic;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads what {@link AvroRecordSerializer} and Confluent's serializer write, into the generated
 * class that the writer's schema names. Bytes that cannot be read throw {@link BadRecordException};
 * a registry that cannot be asked throws {@link RegistryException}, because trying again may help
 * there. Schemas are asked for once. <i>Owned by one thread.</i>
 */
public final class AvroRecordDeserializer implements Deserializer<Object> {
    static {
        TrustedRecords.load();
    }

    /**
     * Only these classes are ever made from bytes: a schema in the registry must not choose which
     * class is loaded.
     */
    private static final Map<String, Class<? extends SpecificRecord>> RECORDS =
            Arrays.stream(Topic.values())
                    .flatMap(topic -> topic.records().stream())
                    .collect(Collectors.toUnmodifiableMap(Class::getName, type -> type));

    private WireReader<SpecificRecord> values;

    /** Asks the registry that {@link #configure} is told of. */
    public AvroRecordDeserializer() {
        this(
                id -> {
                    throw new IllegalStateException("configure comes before deserialize");
                });
    }

    /** Needs no registry: records of any other schema than these cannot be read. */
    public AvroRecordDeserializer(WriterSchemas schemas) {
        values = new WireReader<>(schemas, AvroRecordDeserializer::reader);
    }

    @Override
    public void configure(Map<String, ?> properties, boolean isKey) {
        values =
                new WireReader<>(
                        WriterSchemas.ofRegistry(properties), AvroRecordDeserializer::reader);
    }

    @Override
    public SpecificRecord deserialize(String topic, byte[] bytes) {
        return bytes == null ? null : values.read(bytes);
    }

    private static SpecificDatumReader<SpecificRecord> reader(int id, Schema written) {
        Class<? extends SpecificRecord> type = RECORDS.get(written.getFullName());
        if (type == null) {
            throw new BadRecordException(
                    DeadLetterReason.UNKNOWN_SCHEMA,
                    "schema id "
                            + id
                            + " is of "
                            + written.getFullName()
                            + ", which is none of Decant's records",
                    null);
        }
        return new SpecificDatumReader<>(written, SpecificData.get().getSchema(type));
    }
}
