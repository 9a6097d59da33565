package io.decant.dataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Writes small datasets as IDX files. */
public final class IdxFiles {
    private IdxFiles() {}

    /** Header and elements of one file. */
    public static byte[] idx(byte[] data, int... shape) {
        ByteBuffer bytes =
                ByteBuffer.allocate(4 + 4 * shape.length + data.length)
                        .putInt(0x800 | shape.length);
        for (int length : shape) {
            bytes.putInt(length);
        }
        return bytes.put(data).array();
    }

    public static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    /** A dataset that can be learned: class c lights up its own rows of a noisy picture. */
    public static Path write(
            Path folder, int training, int test, int rows, int columns, int classes, long seed)
            throws IOException {
        Random random = new Random(seed);
        split(folder, "train", training, rows, columns, classes, random);
        split(folder, "t10k", test, rows, columns, classes, random);
        return folder;
    }

    private static void split(
            Path folder,
            String prefix,
            int count,
            int rows,
            int columns,
            int classes,
            Random random)
            throws IOException {
        byte[] samples = new byte[count * rows * columns];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i < classes ? i : random.nextInt(classes));
            for (int p = 0; p < rows * columns; p++) {
                int light = p / columns % classes == labels[i] ? 90 : 0;
                samples[i * rows * columns + p] = (byte) (light + random.nextInt(160));
            }
        }
        Files.write(
                folder.resolve(prefix + "-images-idx3-ubyte"), idx(samples, count, rows, columns));
        Files.write(folder.resolve(prefix + "-labels-idx1-ubyte"), idx(labels, count));
    }
}
