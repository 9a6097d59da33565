package io.decant.follower.registry;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.Alias;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.TrustedRecords;
import io.decant.records.WeightsChunk;
import io.decant.serde.AvroRecordDeserializer;
import io.decant.serde.WriterSchemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** A serializer pair in the wire format, configured by name, that needs no schema registry. */
public final class LocalAvro {
    static {
        TrustedRecords.load();
    }

    private static final Map<Integer, Schema> BY_ID =
            Map.of(
                    1, CheckpointManifest.getClassSchema(),
                    2, Alias.getClassSchema(),
                    3, Control.getClassSchema(),
                    4, WeightsChunk.getClassSchema());

    public static final WriterSchemas SCHEMAS = WriterSchemas.of(BY_ID);

    private LocalAvro() {}

    public static ClusterSettings cluster() {
        return new ClusterSettings(
                "localhost:1",
                "http://localhost:1",
                "decant.",
                4,
                4,
                Writer.class.getName(),
                Reader.class.getName(),
                Map.of());
    }

    /** Writes with the ids above. */
    public static final class Writer implements Serializer<Object> {
        @Override
        public byte[] serialize(String topic, Object value) {
            SpecificRecord record = (SpecificRecord) value;
            int id =
                    BY_ID.entrySet().stream()
                            .filter(known -> known.getValue().equals(record.getSchema()))
                            .findFirst()
                            .orElseThrow()
                            .getKey();
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            wire.writeBytes(new byte[] {0, 0, 0, 0, (byte) id});
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(wire, null);
            try {
                new SpecificDatumWriter<SpecificRecord>(record.getSchema()).write(record, encoder);
                encoder.flush();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            return wire.toByteArray();
        }
    }

    /** Reads what {@link Writer} wrote. */
    public static final class Reader implements Deserializer<Object> {
        private final AvroRecordDeserializer reader = new AvroRecordDeserializer(SCHEMAS);

        @Override
        public Object deserialize(String topic, byte[] bytes) {
            return reader.deserialize(topic, bytes);
        }
    }
}
