package io.decant.bench.serializer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Avro as it comes, for one schema: no header, no registry; all that can be used again is. */
final class PlainAvro implements Coder {
    private final SpecificDatumWriter<SpecificRecord> writer;
    private final SpecificDatumReader<SpecificRecord> reader;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream(1024);
    private BinaryEncoder encoder;
    private BinaryDecoder decoder;

    PlainAvro(Schema schema) {
        writer = new SpecificDatumWriter<>(schema);
        reader = new SpecificDatumReader<>(schema);
    }

    @Override
    public byte[] write(SpecificRecord record) {
        output.reset();
        encoder = EncoderFactory.get().binaryEncoder(output, encoder);
        try {
            writer.write(record, encoder);
            encoder.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return output.toByteArray();
    }

    @Override
    public SpecificRecord read(byte[] bytes) {
        decoder = DecoderFactory.get().binaryDecoder(bytes, decoder);
        try {
            return reader.read(null, decoder);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Override
    public void close() {
        // Memory only.
    }
}
