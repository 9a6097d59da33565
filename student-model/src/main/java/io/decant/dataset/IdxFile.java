package io.decant.dataset;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One IDX file in memory: two zero bytes, the elements' type, the number of dimensions, their sizes
 * as big-endian integers, then the elements, big-endian (Y. LeCun, C. Cortes and C. Burges, "The
 * MNIST database"). <i>Immutable by convention: nobody writes to {@code data}.</i>
 *
 * @param data the elements, little-endian as everything in Decant
 */
record IdxFile(Path path, Element element, List<Integer> shape, byte[] data) {
    /** Largest content that is read into memory. */
    static final int MAX_BYTES = 1 << 30;

    private static final int MAX_DIMENSIONS = 8;

    /** Types of elements that are read. */
    enum Element {
        U8(0x08, 1),
        I16(0x0b, 2),
        I32(0x0c, 4),
        F32(0x0d, 4);

        private final int code;
        private final int bytes;

        Element(int code, int bytes) {
            this.code = code;
            this.bytes = bytes;
        }

        int bytes() {
            return bytes;
        }

        private static Optional<Element> of(int code) {
            return Arrays.stream(values()).filter(element -> element.code == code).findFirst();
        }
    }

    /**
     * Reads {@code folder/prefix-idx<dimensions>-<type>} or the same with {@code .gz}; the plain
     * one when there are both.
     *
     * @param usual the name that MNIST's file has, for the message when there is none
     */
    static IdxFile read(Path folder, String prefix, String usual) {
        Path path = find(folder, prefix, usual);
        boolean packed = path.toString().endsWith(".gz");
        try (InputStream file = new BufferedInputStream(Files.newInputStream(path));
                DataInputStream in =
                        new DataInputStream(packed ? new GZIPInputStream(file, 1 << 16) : file)) {
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

    private static Path find(Path folder, String prefix, String usual) {
        Pattern name = Pattern.compile(Pattern.quote(prefix) + "-idx\\d-[a-z0-9]+(\\.gz)?");
        List<Path> found = List.of();
        try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
            found =
                    files.filter(file -> name.matcher(file.getFileName().toString()).matches())
                            .filter(Files::isRegularFile)
                            .sorted()
                            .toList();
        } catch (IOException e) {
            throw new InvalidDatasetException(folder + " cannot be read: " + e.getMessage(), e);
        }
        if (found.isEmpty()) {
            throw new InvalidDatasetException(
                    folder
                            + " has neither "
                            + usual
                            + " nor "
                            + usual
                            + ".gz: a dataset folder holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and"
                            + " t10k-labels-idx1-ubyte, plain or with .gz; other types and dimensions end for example in idx2-float or idx1-short");
        }
        Path first = found.get(0);
        for (Path other : found) {
            // Packed and plain are the same file; the plain one sorts first.
            if (!other.equals(first) && !other.toString().equals(first + ".gz")) {
                throw new InvalidDatasetException(
                        folder
                                + " has both "
                                + first.getFileName()
                                + " and "
                                + other.getFileName()
                                + "; keep one of them");
            }
        }
        return first;
    }

    private static IdxFile read(Path path, DataInputStream in) throws IOException {
        int magic = in.readInt();
        int dimensions = magic & 0xff;
        Optional<Element> element = Element.of(magic >>> 8);
        if (element.isEmpty() || dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw new InvalidDatasetException(
                    String.format(
                            "%s is no IDX file that can be read: it must start with 00 00, a type of 08, 0b, 0c or 0d and a number of dimensions"
                                    + " from 1 to %d, starts with %08x",
                            path, MAX_DIMENSIONS, magic));
        }
        List<Integer> shape = new ArrayList<>();
        long size = element.get().bytes();
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
        reverse(data, element.get().bytes());
        return new IdxFile(path, element.get(), List.copyOf(shape), data);
    }

    /** Turns the bytes of each element around. */
    private static void reverse(byte[] data, int width) {
        for (int element = 0; element < data.length; element += width) {
            for (int i = 0, j = width - 1; i < j; i++, j--) {
                byte first = data[element + i];
                data[element + i] = data[element + j];
                data[element + j] = first;
            }
        }
    }
}
