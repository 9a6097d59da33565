package io.decant.serde;

import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;

/**
 * Reads Avro values of any schema in the wire format, without a generated class: records, lists,
 * maps and single values; timestamps become {@link java.time.Instant}. The schema is the writer's
 * own, and no class is chosen by it. <i>Owned by one thread.</i>
 */
public final class GenericAvroReader {
    private final WireReader<Object> values;

    public GenericAvroReader(WriterSchemas schemas) {
        GenericData data = new GenericData();
        data.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
        data.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
        values =
                new WireReader<>(
                        schemas, (id, written) -> new GenericDatumReader<>(written, written, data));
    }

    /**
     * Reads one value.
     *
     * @throws BadRecordException if the bytes will never become one
     * @throws RegistryException if the registry does not answer; trying again may help
     */
    public Object read(byte[] bytes) {
        return values.read(bytes);
    }
}
