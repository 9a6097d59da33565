package io.decant.dataset;

import io.decant.dataset.IdxFile.Element;
import io.decant.model.digest.Sha256;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Labelled samples in file order: the training files or the test files of a dataset.
 * <i>Immutable.</i>
 */
public final class IdxSplit {
    private final IdxFile samples;
    private final IdxFile labels;
    private final List<Integer> shape;
    private final int sampleBytes;

    /** Highest label + 1 that is taken for a class index and not for a mistake. */
    private static final int MOST_CLASSES = 1 << 16;

    private IdxSplit(IdxFile samples, IdxFile labels) {
        this.samples = samples;
        this.labels = labels;
        List<Integer> inner = samples.shape().subList(1, samples.shape().size());
        this.shape = inner.isEmpty() ? List.of(1) : List.copyOf(inner);
        this.sampleBytes = samples.data().length / samples.shape().get(0);
    }

    static IdxSplit read(Path folder, String prefix) {
        IdxFile samples = read(folder, prefix + "-images", "-idx3-ubyte", Element.U8, Element.F32);
        IdxFile labels =
                read(
                        folder,
                        prefix + "-labels",
                        "-idx1-ubyte",
                        Element.U8,
                        Element.I16,
                        Element.I32);
        if (labels.shape().size() != 1) {
            throw new InvalidDatasetException(
                    labels.path() + " must have one dimension, has shape " + labels.shape());
        }
        if (!labels.shape().get(0).equals(samples.shape().get(0))) {
            throw new InvalidDatasetException(
                    samples.path()
                            + " has "
                            + samples.shape().get(0)
                            + " samples, "
                            + labels.path()
                            + " has "
                            + labels.shape().get(0)
                            + " labels: they must be as many");
        }
        IdxSplit split = new IdxSplit(samples, labels);
        split.check();
        return split;
    }

    private static IdxFile read(Path folder, String prefix, String usual, Element... expected) {
        IdxFile file = IdxFile.read(folder, prefix, prefix + usual);
        if (!List.of(expected).contains(file.element())) {
            throw new InvalidDatasetException(
                    file.path()
                            + " has elements of type "
                            + file.element()
                            + "; expected one of "
                            + List.of(expected));
        }
        return file;
    }

    private void check() {
        for (int i = 0; i < size(); i++) {
            if (label(i) < 0 || label(i) >= MOST_CLASSES) {
                throw new InvalidDatasetException(
                        labels.path()
                                + ": label "
                                + i
                                + " is "
                                + label(i)
                                + "; expected 0 to "
                                + (MOST_CLASSES - 1));
            }
        }
        if (dtype() == DType.F32) {
            ByteBuffer values = values();
            for (int at = 0; at < values.limit(); at += Float.BYTES) {
                if (!Float.isFinite(values.getFloat(at))) {
                    throw new InvalidDatasetException(
                            samples.path()
                                    + ": sample "
                                    + at / sampleBytes
                                    + " holds "
                                    + values.getFloat(at)
                                    + "; expected finite numbers");
                }
            }
        }
    }

    private ByteBuffer values() {
        return ByteBuffer.wrap(samples.data()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Type of a sample's elements: U8 or F32. */
    public DType dtype() {
        return samples.element() == Element.F32 ? DType.F32 : DType.U8;
    }

    /** Number of samples. */
    public int size() {
        return samples.shape().get(0);
    }

    /** Sizes of one sample. */
    public List<Integer> shape() {
        return shape;
    }

    /** Bytes of one sample. */
    public int sampleBytes() {
        return sampleBytes;
    }

    /** A copy of sample {@code index}: elements row by row, little-endian. */
    public byte[] sample(int index) {
        int from = Objects.checkIndex(index, size()) * sampleBytes;
        return Arrays.copyOfRange(samples.data(), from, from + sampleBytes);
    }

    /** Copies samples [from, to) into {@code target}, one after the other, from its position on. */
    public void copy(int from, int to, ByteBuffer target) {
        Objects.checkFromToIndex(from, to, size());
        target.put(samples.data(), from * sampleBytes, (to - from) * sampleBytes);
    }

    /**
     * Samples [from, to) once for each way to show them, way after way; labels stay.
     *
     * @param ways each gives a sample's bytes in the same type and shape
     */
    public IdxSplit shown(int from, int to, List<UnaryOperator<byte[]>> ways) {
        Objects.checkFromToIndex(from, to, size());
        int count = Math.multiplyExact(to - from, ways.size());
        ByteBuffer samplesShown = ByteBuffer.allocate(Math.multiplyExact(count, sampleBytes));
        ByteBuffer labelsShown = ByteBuffer.allocate(count * labels.element().bytes());
        for (UnaryOperator<byte[]> way : ways) {
            for (int i = from; i < to; i++) {
                samplesShown.put(way.apply(sample(i)));
            }
            labelsShown.put(
                    labels.data(),
                    from * labels.element().bytes(),
                    (to - from) * labels.element().bytes());
        }
        List<Integer> sizes = new ArrayList<>(samples.shape());
        sizes.set(0, count);
        return new IdxSplit(
                new IdxFile(samples.path(), samples.element(), sizes, samplesShown.array()),
                new IdxFile(labels.path(), labels.element(), List.of(count), labelsShown.array()));
    }

    /** Class of sample {@code index}, from 0. */
    public int label(int index) {
        int at = Objects.checkIndex(index, size()) * labels.element().bytes();
        ByteBuffer data = ByteBuffer.wrap(labels.data()).order(ByteOrder.LITTLE_ENDIAN);
        return switch (labels.element()) {
            case I16 -> data.getShort(at);
            case I32 -> data.getInt(at);
            default -> data.get(at) & 0xff;
        };
    }

    /** Highest label + 1. */
    int classCount() {
        int highest = 0;
        for (int i = 0; i < size(); i++) {
            highest = Math.max(highest, label(i));
        }
        return highest + 1;
    }

    /**
     * Input spec with the mean and standard deviation of all values of samples [from, to), bytes
     * scaled to [0, 1].
     *
     * @throws InvalidDatasetException when all values are equal, so that nothing can be
     *     standardised
     */
    public InputSpec standardisedBy(int from, int to) {
        Objects.checkFromToIndex(from, to, size());
        return standardisedBy(IntStream.range(from, to).toArray());
    }

    /** As {@link #standardisedBy(int, int)}, by any samples. */
    public InputSpec standardisedBy(int[] indices) {
        return dtype() == DType.F32 ? byFloats(indices) : byBytes(indices);
    }

    private InputSpec byFloats(int[] indices) {
        ByteBuffer values = values();
        double count = (double) indices.length * sampleBytes / Float.BYTES;
        double mean = sum(values, indices, 0, 1) / count;
        double variance = sum(values, indices, mean, 2) / count;
        requireSpread(indices, variance);
        return new InputSpec(DType.F32, shape, 1, mean, Math.sqrt(variance));
    }

    /** Sum of (x − centre)^power over the values of these samples. */
    private double sum(ByteBuffer values, int[] indices, double centre, int power) {
        double sum = 0;
        for (int index : indices) {
            int start = Objects.checkIndex(index, size()) * sampleBytes;
            for (int at = start; at < start + sampleBytes; at += Float.BYTES) {
                double off = values.getFloat(at) - centre;
                sum += power == 1 ? off : off * off;
            }
        }
        return sum;
    }

    private InputSpec byBytes(int[] indices) {
        long sum = 0;
        long squares = 0;
        for (int index : indices) {
            int start = Objects.checkIndex(index, size()) * sampleBytes;
            for (int i = start; i < start + sampleBytes; i++) {
                int value = samples.data()[i] & 0xff;
                sum += value;
                squares += (long) value * value;
            }
        }
        double count = (double) indices.length * sampleBytes;
        double mean = sum / count;
        double variance = squares / count - mean * mean;
        requireSpread(indices, variance);
        return new InputSpec(DType.U8, shape, 1 / 255.0, mean / 255, Math.sqrt(variance) / 255);
    }

    private void requireSpread(int[] indices, double variance) {
        if (indices.length == 0 || variance <= 0) {
            throw new InvalidDatasetException(
                    samples.path()
                            + ": the "
                            + indices.length
                            + " samples to standardise by are all one value");
        }
    }

    /** SHA-256, in hexadecimal, of shape, samples and labels: equal for plain and packed files. */
    public String digest() {
        MessageDigest digest = Sha256.newDigest();
        digest.update(samples.shape().toString().getBytes(StandardCharsets.UTF_8));
        digest.update(samples.data());
        digest.update(labels.data());
        return HexFormat.of().formatHex(digest.digest());
    }
}
