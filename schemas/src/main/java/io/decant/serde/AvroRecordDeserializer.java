package io.decant.serde;

import io.decant.records.DeadLetterReason;
import io.decant.records.TrustedRecords;
import io.decant.topics.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
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

    private static final int HEADER_BYTES = 5;

    /** A topic has a handful of schemas; ids beyond this number are asked for again each time. */
    private static final int MAX_CACHED_IDS = 1000;

    /**
     * Only these classes are ever made from bytes: a schema in the registry must not choose which
     * class is loaded.
     */
    private static final Map<String, Class<? extends SpecificRecord>> RECORDS =
            Arrays.stream(Topic.values())
                    .flatMap(topic -> topic.records().stream())
                    .collect(Collectors.toUnmodifiableMap(Class::getName, type -> type));

    private final Map<Integer, SpecificDatumReader<SpecificRecord>> readers = new HashMap<>();
    private BinaryDecoder decoder;
    private WriterSchemas schemas;

    /** Asks the registry that {@link #configure} is told of. */
    public AvroRecordDeserializer() {
        this(
                id -> {
                    throw new IllegalStateException("configure comes before deserialize");
                });
    }

    /** Needs no registry: records of any other schema than these cannot be read. */
    public AvroRecordDeserializer(WriterSchemas schemas) {
        this.schemas = schemas;
    }

    @Override
    public void configure(Map<String, ?> properties, boolean isKey) {
        schemas = WriterSchemas.ofRegistry(properties);
    }

    @Override
    public SpecificRecord deserialize(String topic, byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        if (bytes.length < HEADER_BYTES || bytes[0] != 0) {
            throw new BadRecordException(
                    DeadLetterReason.UNDECODABLE,
                    "the value is not in the Avro wire format; expected a zero byte and a 4-byte schema id before Avro binary, found "
                            + (bytes.length < HEADER_BYTES
                                    ? bytes.length + " bytes"
                                    : "first byte " + (bytes[0] & 0xff)),
                    null);
        }
        int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
        SpecificDatumReader<SpecificRecord> reader = reader(id);
        decoder =
                DecoderFactory.get()
                        .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, decoder);
        try {
            SpecificRecord value = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw new BadRecordException(
                        DeadLetterReason.UNDECODABLE,
                        "bytes are left after the "
                                + value.getSchema().getName()
                                + " of schema id "
                                + id,
                        null);
            }
            return value;
        } catch (IOException | RuntimeException broken) {
            // Avro throws many unchecked kinds on broken bytes (lengths, indices, numbers).
            if (broken instanceof BadRecordException already) {
                throw already;
            }
            throw new BadRecordException(
                    DeadLetterReason.UNDECODABLE,
                    "the value is not Avro binary of schema id " + id + ": " + broken,
                    broken);
        }
    }

    private SpecificDatumReader<SpecificRecord> reader(int id) {
        SpecificDatumReader<SpecificRecord> known = readers.get(id);
        if (known != null) {
            return known;
        }
        Schema written = schemas.byId(id);
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
        SpecificDatumReader<SpecificRecord> reader =
                new SpecificDatumReader<>(written, SpecificData.get().getSchema(type));
        if (readers.size() < MAX_CACHED_IDS) {
            readers.put(id, reader);
        }
        return reader;
    }
}
