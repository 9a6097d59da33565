package io.decant.bench.classes;

import io.decant.bench.classes.GaussianClasses.Drawn;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes samples as IDX files, which are big-endian, and their teacher beside them. <i>Thread-safe:
 * all methods are pure but for the files.</i>
 */
final class ClassFiles {
    static final String TEACHER = "teacher.pt";

    private static final int SHORTS = 0x0b;
    private static final int FLOATS = 0x0d;

    private ClassFiles() {}

    /** Writes four IDX files and the teacher; the folder is made. */
    static void write(Path folder, Drawn training, Drawn test, byte[] teacher) {
        try {
            Files.createDirectories(folder);
            write(folder, "train", training);
            write(folder, "t10k", test);
            Files.write(folder.resolve(TEACHER), teacher);
        } catch (IOException refused) {
            throw new UncheckedIOException(
                    folder + " cannot be written: " + refused.getMessage(), refused);
        }
    }

    private static void write(Path folder, String prefix, Drawn drawn) throws IOException {
        try (DataOutputStream out = out(folder.resolve(prefix + "-images-idx2-float"))) {
            out.writeInt(FLOATS << 8 | 2);
            out.writeInt(drawn.size());
            out.writeInt(GaussianClasses.INPUTS);
            ByteBuffer values = ByteBuffer.wrap(drawn.features()).order(ByteOrder.LITTLE_ENDIAN);
            while (values.hasRemaining()) {
                out.writeFloat(values.getFloat());
            }
        }
        try (DataOutputStream out = out(folder.resolve(prefix + "-labels-idx1-short"))) {
            out.writeInt(SHORTS << 8 | 1);
            out.writeInt(drawn.size());
            for (int label : drawn.labels()) {
                out.writeShort(label);
            }
        }
    }

    private static DataOutputStream out(Path file) throws IOException {
        return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    }
}
