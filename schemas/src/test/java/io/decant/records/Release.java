package io.decant.records;

import io.decant.serde.PlainSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * The golden files of one release: for each record, the schema that it was written with and the
 * bytes of one example. A released folder is never changed.
 */
record Release(Path folder) {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    /** Every release, oldest first. */
    static List<Release> all() {
        try (Stream<Path> folders = Files.list(GOLDEN)) {
            return folders.sorted().map(Release::new).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Release of(String name) {
        return new Release(GOLDEN.resolve(name));
    }

    /** The records that the release knew, by simple name. */
    List<String> records() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".hex"))
                    .map(file -> file.substring(0, file.length() - ".hex".length()))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    Schema schema(String record) {
        return new Schema.Parser().parse(read(record + ".avsc"));
    }

    byte[] bytes(String record) {
        return HexFormat.of().parseHex(read(record + ".hex").replaceAll("\\s", ""));
    }

    private String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Writes the files of a new release. */
    void write(List<SpecificRecord> examples) throws IOException {
        Files.createDirectory(folder);
        for (SpecificRecord example : examples) {
            Path file = folder.resolve(example.getSchema().getName());
            Files.writeString(
                    Path.of(file + ".avsc"),
                    SchemaFormatter.format("json/pretty", PlainSchema.of(example.getSchema()))
                            + "\n");
            String hex = HexFormat.of().formatHex(encoded(example));
            Files.writeString(
                    Path.of(file + ".hex"), hex.replaceAll("(.{64})(?=.)", "$1\n") + "\n");
        }
    }

    /** Avro binary, without a wire header. */
    static byte[] encoded(SpecificRecord value) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new SpecificDatumWriter<SpecificRecord>(value.getSchema()).write(value, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
