package io.decant.it.harness;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * Writes IDX files of images that have nothing in common with MNIST's: each class has a random prototype, and a sample is
 * its class's prototype under uniform noise. <i>Immutable.</i>
 *
 * @param noise greatest distance of a pixel from its prototype, 0 to 255
 */
public record GeneratedDataset(int rows, int columns, int classes, int noise, long seed) {
    private static final int BYTES_3D = 0x0803;
    private static final int BYTES_1D = 0x0801;

    /** Writes training files packed and test files plain, since both must be read; classes take turns. */
    public Path write(Path folder, int training, int test) {
        Random random = new Random(seed);
        byte[][] prototypes = new byte[classes][rows * columns];
        for (byte[] prototype : prototypes) {
            random.nextBytes(prototype);
        }
        try {
            split(folder, "train", ".gz", training, prototypes, random);
            split(folder, "t10k", "", test, prototypes, random);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
        return folder;
    }

    private void split(Path folder, String name, String suffix, int count, byte[][] prototypes, Random random) throws IOException {
        try (DataOutputStream images = open(folder.resolve(name + "-images-idx3-ubyte" + suffix));
                DataOutputStream labels = open(folder.resolve(name + "-labels-idx1-ubyte" + suffix))) {
            for (int header : new int[] {BYTES_3D, count, rows, columns}) {
                images.writeInt(header);
            }
            labels.writeInt(BYTES_1D);
            labels.writeInt(count);
            for (int i = 0; i < count; i++) {
                labels.writeByte(i % classes);
                for (byte pixel : prototypes[i % classes]) {
                    int noisy = (pixel & 0xff) + random.nextInt(2 * noise + 1) - noise;
                    images.writeByte(Math.max(0, Math.min(255, noisy)));
                }
            }
        }
    }

    private static DataOutputStream open(Path file) throws IOException {
        OutputStream raw = Files.newOutputStream(file);
        return new DataOutputStream(file.toString().endsWith(".gz") ? new GZIPOutputStream(raw) : raw);
    }
}
