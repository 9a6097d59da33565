package io.decant.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Writes a record with another schema than its own, by Avro's resolution rules. A plain writer
 * would take fields by their position and mix them up where the order differs. Costs a second
 * encoding. <i>Owned by one thread.</i>
 */
final class ResolvingWriter implements DatumWriter<SpecificRecord> {
    private final SpecificDatumWriter<SpecificRecord> own;
    private final GenericDatumReader<Object> resolve;
    private final GenericDatumWriter<Object> other;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private BinaryEncoder encoder;
    private BinaryDecoder decoder;

    ResolvingWriter(Schema own, Schema other) {
        this.own = new SpecificDatumWriter<>(own);
        this.resolve = new GenericDatumReader<>(own, other);
        this.other = new GenericDatumWriter<>(other);
    }

    @Override
    public void setSchema(Schema schema) {
        throw new UnsupportedOperationException("both schemas are given once");
    }

    @Override
    public void write(SpecificRecord value, Encoder out) throws IOException {
        bytes.reset();
        encoder = EncoderFactory.get().directBinaryEncoder(bytes, encoder);
        own.write(value, encoder);
        decoder = DecoderFactory.get().binaryDecoder(bytes.toByteArray(), decoder);
        other.write(resolve.read(null, decoder), out);
    }
}
