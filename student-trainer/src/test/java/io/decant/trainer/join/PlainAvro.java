package io.decant.trainer.join;

import io.decant.records.DeadLetter;
import io.decant.records.DeadLetterReason;
import io.decant.records.Label;
import io.decant.records.MetricPoint;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.TrainingPair;
import io.decant.records.TrustedRecords;
import io.decant.serde.BadRecordException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Stands in for the serializers by class name: the wire format without a registry. A schema's id is
 * its place in a list.
 */
public final class PlainAvro {
    private static final List<Schema> SCHEMAS =
            List.of(
                    Sample.getClassSchema(),
                    SoftTarget.getClassSchema(),
                    Label.getClassSchema(),
                    TrainingPair.getClassSchema(),
                    DeadLetter.getClassSchema(),
                    MetricPoint.getClassSchema());

    private PlainAvro() {}

    private static Schema schema(int id) {
        TrustedRecords.load();
        return SCHEMAS.get(id);
    }

    /** Writes records. */
    public static final class Writer implements Serializer<Object> {
        @Override
        public byte[] serialize(String topic, Object value) {
            SpecificRecord datum = (SpecificRecord) value;
            int id = SCHEMAS.indexOf(datum.getSchema());
            ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
            out.writeBytes(ByteBuffer.allocate(5).putInt(1, id).array());
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
            try {
                new SpecificDatumWriter<SpecificRecord>(schema(id)).write(datum, encoder);
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            return out.toByteArray();
        }
    }

    /** Reads records. */
    public static final class Reader implements Deserializer<Object> {
        @Override
        public Object deserialize(String topic, byte[] bytes) {
            if (bytes.length < 5 || bytes[0] != 0) {
                throw new BadRecordException(
                        DeadLetterReason.UNDECODABLE, "not in the wire format", null);
            }
            Schema schema = schema(ByteBuffer.wrap(bytes, 1, 4).getInt());
            try {
                return new SpecificDatumReader<SpecificRecord>(schema)
                        .read(
                                null,
                                DecoderFactory.get()
                                        .binaryDecoder(bytes, 5, bytes.length - 5, null));
            } catch (IOException broken) {
                throw new BadRecordException(
                        DeadLetterReason.UNDECODABLE, broken.toString(), broken);
            }
        }
    }
}
