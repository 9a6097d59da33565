package io.decant.gateway.store;

import io.decant.follower.registry.ManifestRecord;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.CheckpointManifest;
import io.decant.serde.WriterSchemas;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * A version in one file, to serve from without Kafka: a zip with the manifest's own bytes as the
 * trainer wrote and signed them, the schema that they were written with, and the weights in full
 * (safetensors, for any tool). Nothing in it is believed before it was verified. <i>Immutable.</i>
 *
 * @param record the manifest
 * @param anchor as {@link io.decant.model.checkpoint.Anchor#encode} writes it, fp32
 */
public record LastGoodFile(ManifestRecord record, byte[] anchor) {
    private static final String MANIFEST = "manifest.avro";
    private static final String SCHEMA = "manifest.avsc";
    private static final String WEIGHTS = "model.safetensors";
    private static final int MAX_MANIFEST_BYTES = 64 << 10;
    private static final int WIRE_HEADER_BYTES = 5;
    private static final int SCHEMA_ID = 1;

    /** The whole file. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(anchor.length + (8 << 10));
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            // Weights are noise to a compressor.
            zip.setLevel(0);
            put(zip, MANIFEST, record.bytes());
            put(zip, SCHEMA, record.writer().toString().getBytes(StandardCharsets.UTF_8));
            put(zip, WEIGHTS, anchor);
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory does not fail", impossible);
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
    }

    /** Writes it in place of the one before; durable when this returns. */
    public void write(Path file) throws IOException {
        AtomicFile.write(file, toBytes());
    }

    /**
     * Reads what {@link #write} wrote; what it says is not verified.
     *
     * @param maxModelBytes largest weights, bytes of their anchor
     * @throws IOException if the file is damaged, or larger than the bounds
     */
    public static LastGoodFile read(Path file, long maxModelBytes) throws IOException {
        // Entries are not compressed, so none is larger than the file.
        long bound = Math.min(maxModelBytes + 3L * MAX_MANIFEST_BYTES, Integer.MAX_VALUE - 8);
        if (Files.size(file) > bound) {
            throw new IOException(
                    "it has "
                            + Files.size(file)
                            + " bytes; expected at most "
                            + bound
                            + " (reload.max-model-bytes)");
        }
        return of(Files.readAllBytes(file), maxModelBytes);
    }

    static LastGoodFile of(byte[] bytes, long maxModelBytes) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            byte[] wire = entry(zip, MANIFEST, Math.min(bytes.length, MAX_MANIFEST_BYTES));
            byte[] schema = entry(zip, SCHEMA, Math.min(bytes.length, MAX_MANIFEST_BYTES));
            byte[] anchor = entry(zip, WEIGHTS, (int) Math.min(bytes.length, maxModelBytes));
            return new LastGoodFile(
                    manifest(wire, new String(schema, StandardCharsets.UTF_8)), anchor);
        } catch (IllegalArgumentException badName) {
            throw new IOException("the name of an entry cannot be read", badName);
        }
    }

    private static byte[] entry(ZipInputStream zip, String name, int maxBytes) throws IOException {
        ZipEntry entry = zip.getNextEntry();
        if (entry == null || !entry.getName().equals(name)) {
            throw new IOException(
                    "expected "
                            + name
                            + ", found "
                            + (entry == null ? "the end" : entry.getName()));
        }
        byte[] bytes = zip.readNBytes(maxBytes);
        if (zip.read() >= 0) {
            throw new IOException(name + " has more than " + maxBytes + " bytes");
        }
        return bytes;
    }

    private static ManifestRecord manifest(byte[] wire, String schema) throws IOException {
        if (wire.length < WIRE_HEADER_BYTES) {
            throw new IOException(MANIFEST + " has " + wire.length + " bytes; expected a record");
        }
        Schema writer;
        try {
            writer = new Schema.Parser().parse(schema);
        } catch (AvroRuntimeException damaged) {
            throw new IOException(SCHEMA + " is no Avro schema", damaged);
        }
        int id = ByteBuffer.wrap(wire).getInt(SCHEMA_ID);
        try (RecordCodec codec =
                RecordCodec.reading(Topics.DEFAULT, WriterSchemas.of(Map.of(id, writer)))) {
            Decoded<CheckpointManifest> decoded =
                    codec.decode(Topic.MODEL_REGISTRY, wire, CheckpointManifest.class);
            if (decoded instanceof Decoded.Bad<CheckpointManifest> bad) {
                throw new IOException(MANIFEST + ": " + bad.detail());
            }
            return new ManifestRecord(
                    ((Decoded.Good<CheckpointManifest>) decoded).value(),
                    ByteBuffer.wrap(wire),
                    writer);
        }
    }
}
