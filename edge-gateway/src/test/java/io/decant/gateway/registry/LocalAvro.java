package io.decant.gateway.registry;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.Alias;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.DeadLetterReason;
import io.decant.records.TrustedRecords;
import io.decant.serde.BadRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** A serializer pair, configured by name, that needs no schema registry. */
public final class LocalAvro {
    private static final List<Schema> SCHEMAS =
            List.of(
                    Alias.getClassSchema(),
                    CheckpointManifest.getClassSchema(),
                    Control.getClassSchema());

    private LocalAvro() {}

    static ClusterSettings cluster() {
        TrustedRecords.load();
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

    /** Avro's own single-object format. */
    public static final class Writer implements Serializer<Object> {
        @Override
        public byte[] serialize(String topic, Object value) {
            try {
                ByteBuffer bytes =
                        new BinaryMessageEncoder<>(
                                        SpecificData.get(), ((SpecificRecord) value).getSchema())
                                .encode(value);
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                return copy;
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
    }

    /** Reads what {@link Writer} wrote. */
    public static final class Reader implements Deserializer<Object> {
        @Override
        public Object deserialize(String topic, byte[] bytes) {
            for (Schema schema : SCHEMAS) {
                try {
                    return new BinaryMessageDecoder<>(SpecificData.get(), schema).decode(bytes);
                } catch (IOException | RuntimeException other) {
                    // Of another schema, or broken: told apart when all were tried.
                    continue;
                }
            }
            throw new BadRecordException(DeadLetterReason.UNDECODABLE, "broken bytes", null);
        }
    }
}
