package io.decant.dataset;

import io.decant.model.digest.Sha256;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
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

    private IdxSplit(IdxFile samples, IdxFile labels) {
        this.samples = samples;
        this.labels = labels;
        List<Integer> inner = samples.shape().subList(1, samples.shape().size());
        this.shape = inner.isEmpty() ? List.of(1) : List.copyOf(inner);
        this.sampleBytes = samples.data().length / samples.shape().get(0);
    }

    static IdxSplit read(Path folder, String prefix) {
        IdxFile samples = IdxFile.read(folder, prefix + "-images-idx3-ubyte");
        IdxFile labels = IdxFile.read(folder, prefix + "-labels-idx1-ubyte");
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
        return new IdxSplit(samples, labels);
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

    /** A copy of sample {@code index}: unsigned bytes, row by row. */
    public byte[] sample(int index) {
        int from = Objects.checkIndex(index, size()) * sampleBytes;
        return Arrays.copyOfRange(samples.data(), from, from + sampleBytes);
    }

    /** Copies samples [from, to) into {@code target}, one after the other, from its position on. */
    public void copy(int from, int to, ByteBuffer target) {
        Objects.checkFromToIndex(from, to, size());
        target.put(samples.data(), from * sampleBytes, (to - from) * sampleBytes);
    }

    /** Class of sample {@code index}, from 0. */
    public int label(int index) {
        return labels.data()[Objects.checkIndex(index, size())] & 0xff;
    }

    /** Highest label + 1. */
    int classCount() {
        int highest = 0;
        for (byte label : labels.data()) {
            highest = Math.max(highest, label & 0xff);
        }
        return highest + 1;
    }

    /**
     * Input spec with the mean and standard deviation of all values of samples [from, to), scaled
     * to [0, 1].
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
        if (indices.length == 0 || variance <= 0) {
            throw new InvalidDatasetException(
                    samples.path()
                            + ": the "
                            + indices.length
                            + " samples to standardise by are all one value");
        }
        return new InputSpec(DType.U8, shape, 1 / 255.0, mean / 255, Math.sqrt(variance) / 255);
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
