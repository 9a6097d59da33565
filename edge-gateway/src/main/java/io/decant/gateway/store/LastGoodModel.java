package io.decant.gateway.store;

import io.decant.gateway.reload.CandidateCheck;
import io.decant.gateway.reload.CandidateCheck.Verdict;
import io.decant.model.checkpoint.Anchor;
import io.decant.pipeline.failpoint.FailPoint;
import io.decant.records.CheckpointManifest;
import io.decant.records.TrustedRecords;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * The last version that served well, on disk, so that a gateway answers before, and without, Kafka.
 * One zip file with the manifest (an Avro file with its schema, so that later releases read it) and
 * the weights (safetensors, for any tool). It appears under its name only when complete, and what
 * is read is verified like any candidate. <i>Used by one thread at a time.</i>
 */
public final class LastGoodModel {
    private static final String MANIFEST = "manifest.avro";
    private static final String WEIGHTS = "model.safetensors";
    private static final int MAX_MANIFEST_BYTES = 1 << 20;

    private final Path file;
    private final String model;
    private final CandidateCheck check;
    private final long maxModelBytes;

    /** What a start found on disk. */
    public sealed interface Found {
        /** A model that may be served. */
        record Good(Verdict.Accepted model) implements Found {}

        /** There is no file. */
        record Nothing() implements Found {}

        /**
         * There is a file, and it must not be served.
         *
         * @param reason one sentence
         */
        record Unusable(String reason) implements Found {}
    }

    static {
        TrustedRecords.load();
    }

    public LastGoodModel(Path folder, String model, CandidateCheck check, long maxModelBytes) {
        this.model = model;
        this.check = check;
        this.maxModelBytes = maxModelBytes;
        file = folder.resolve(URLEncoder.encode(model, StandardCharsets.UTF_8) + ".last-good.zip");
    }

    public Path file() {
        return file;
    }

    /** Reads and verifies the file. */
    public Found load() {
        if (!Files.exists(file)) {
            return new Found.Nothing();
        }
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            CheckpointManifest manifest = manifest(entry(zip, MANIFEST, MAX_MANIFEST_BYTES));
            if (!manifest.getModel().equals(model)) {
                return unusable("it is of model " + manifest.getModel() + "; expected " + model);
            }
            Verdict verdict = check.check(manifest, entry(zip, WEIGHTS, maxModelBytes));
            return verdict instanceof Verdict.Accepted accepted
                    ? new Found.Good(accepted)
                    : unusable(((Verdict.Refused) verdict).reason());
        } catch (IOException | AvroRuntimeException damaged) {
            return unusable("it is damaged: " + damaged.getMessage());
        }
    }

    private Found unusable(String reason) {
        return new Found.Unusable(file + ": " + reason);
    }

    private static byte[] entry(ZipInputStream zip, String name, long maxBytes) throws IOException {
        ZipEntry entry = zip.getNextEntry();
        if (entry == null || !entry.getName().equals(name)) {
            throw new IOException(
                    "expected "
                            + name
                            + ", found "
                            + (entry == null ? "the end" : entry.getName()));
        }
        byte[] bytes = zip.readNBytes((int) Math.min(maxBytes, Integer.MAX_VALUE - 8));
        if (zip.read() >= 0) {
            throw new IOException(name + " has more than " + maxBytes + " bytes");
        }
        return bytes;
    }

    private static CheckpointManifest manifest(byte[] bytes) throws IOException {
        try (InputStream in = new ByteArrayInputStream(bytes);
                DataFileStream<CheckpointManifest> records =
                        new DataFileStream<>(
                                in, new SpecificDatumReader<>(CheckpointManifest.class))) {
            if (!records.hasNext()) {
                throw new IOException(MANIFEST + " holds no manifest");
            }
            return records.next();
        }
    }

    /** Writes a verified version in place of the one before; durable when this returns. */
    public void save(CheckpointManifest manifest, Anchor anchor) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path incomplete = file.resolveSibling(file.getFileName() + ".incomplete");
        try (FileChannel channel =
                FileChannel.open(
                        incomplete,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer content = ByteBuffer.wrap(zip(manifest, anchor));
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
        FailPoint.GATEWAY_DURING_STORE.reach();
        Files.move(
                incomplete,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] zip(CheckpointManifest manifest, Anchor anchor) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            // Weights are noise to a compressor.
            zip.setLevel(0);
            zip.putNextEntry(new ZipEntry(MANIFEST));
            zip.write(avro(manifest));
            zip.putNextEntry(new ZipEntry(WEIGHTS));
            zip.write(Anchor.encode(anchor.spec(), anchor.weights()));
        }
        return bytes.toByteArray();
    }

    private static byte[] avro(CheckpointManifest manifest) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataFileWriter<CheckpointManifest> writer =
                new DataFileWriter<>(new SpecificDatumWriter<>(CheckpointManifest.class))) {
            writer.create(manifest.getSchema(), bytes);
            writer.append(manifest);
        }
        return bytes.toByteArray();
    }
}
