package io.decant.dataset;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One IDX file of unsigned bytes in memory: two zero bytes, type 0x08, the number of dimensions,
 * their sizes as big-endian integers, then the elements (Y. LeCun, C. Cortes and C. Burges, "The
 * MNIST database"). <i>Immutable by convention: nobody writes to {@code data}.</i>
 */
record IdxFile(Path path, List<Integer> shape, byte[] data) {
    /** Largest content that is read into memory. */
    static final int MAX_BYTES = 1 << 30;

    private static final int UNSIGNED_BYTE = 0x08;
    private static final int MAX_DIMENSIONS = 8;

    /** Reads {@code folder/name} or {@code folder/name.gz}. */
    static IdxFile read(Path folder, String name) {
        Path plain = folder.resolve(name);
        Path packed = folder.resolve(name + ".gz");
        Path path = Files.isRegularFile(plain) ? plain : packed;
        if (!Files.isRegularFile(path)) {
            throw new InvalidDatasetException(
                    folder
                            + " has neither "
                            + name
                            + " nor "
                            + name
                            + ".gz: a dataset folder holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and"
                            + " t10k-labels-idx1-ubyte, plain or with .gz");
        }
        try (InputStream file = new BufferedInputStream(Files.newInputStream(path));
                DataInputStream in =
                        new DataInputStream(
                                path == packed ? new GZIPInputStream(file, 1 << 16) : file)) {
            return read(path, in);
        } catch (EOFException e) {
            throw new InvalidDatasetException(
                    path + " is truncated: it ends before its header says", e);
        } catch (ZipException e) {
            throw new InvalidDatasetException(path + " is damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new InvalidDatasetException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static IdxFile read(Path path, DataInputStream in) throws IOException {
        int magic = in.readInt();
        int dimensions = magic & 0xff;
        if (magic >>> 8 != UNSIGNED_BYTE || dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw new InvalidDatasetException(
                    String.format(
                            "%s is no IDX file of unsigned bytes: it must start with 00 00 08 and a number of dimensions from 1 to %d,"
                                    + " starts with %08x",
                            path, MAX_DIMENSIONS, magic));
        }
        List<Integer> shape = new ArrayList<>();
        long size = 1;
        for (int i = 0; i < dimensions; i++) {
            int length = in.readInt();
            if (length < 1) {
                throw new InvalidDatasetException(
                        path
                                + " is empty or damaged: dimension "
                                + i
                                + " must be at least 1, was "
                                + length);
            }
            shape.add(length);
            size = Math.min(size * length, Long.MAX_VALUE >>> 32);
        }
        if (size > MAX_BYTES) {
            throw new InvalidDatasetException(
                    path
                            + " of shape "
                            + shape
                            + " is larger than the "
                            + MAX_BYTES
                            + " bytes that are read");
        }
        // Not readFully: a wrong header must not allocate what the file does not hold.
        byte[] data = in.readNBytes((int) size);
        if (data.length < size) {
            throw new InvalidDatasetException(
                    path
                            + " is truncated: shape "
                            + shape
                            + " needs "
                            + size
                            + " bytes, "
                            + data.length
                            + " follow the header");
        }
        if (in.read() >= 0) {
            throw new InvalidDatasetException(
                    path
                            + " is longer than its shape "
                            + shape
                            + " says: expected "
                            + size
                            + " bytes");
        }
        return new IdxFile(path, List.copyOf(shape), data);
    }
}
