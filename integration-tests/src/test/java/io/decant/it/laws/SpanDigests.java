package io.decant.it.laws;

import io.decant.it.harness.TopicContents.Entry;
import io.decant.records.Span;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * The digests that lineage and manifests hold of journal records, from their descriptions in the
 * schemas and with nothing of the trainer's code. <i>Thread-safe: no state.</i>
 */
final class SpanDigests {
    private SpanDigests() {}

    /** Of records' keys and values, each after its length as a big-endian int, -1 for null. */
    static ByteBuffer ofRecords(List<Entry<byte[]>> records) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Entry<byte[]> record : records) {
                write(
                        out,
                        record.key() == null
                                ? null
                                : record.key().getBytes(StandardCharsets.UTF_8));
                write(out, record.value());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return sha256(bytes);
    }

    private static void write(DataOutputStream out, byte[] part) throws IOException {
        out.writeInt(part == null ? -1 : part.length);
        if (part != null) {
            out.write(part);
        }
    }

    /** Of a version's spans, one after the other in Avro's binary encoding. */
    static ByteBuffer ofList(List<Span> spans) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        GenericDatumWriter<Span> writer = new GenericDatumWriter<>(Span.getClassSchema());
        try {
            for (Span span : spans) {
                writer.write(span, encoder);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return sha256(bytes);
    }

    private static ByteBuffer sha256(ByteArrayOutputStream bytes) {
        try {
            return ByteBuffer.wrap(
                    MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
