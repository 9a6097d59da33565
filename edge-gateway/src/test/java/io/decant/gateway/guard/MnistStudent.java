package io.decant.gateway.guard;

import io.decant.follower.Versions;
import io.decant.follower.reload.ServingModel;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/**
 * A perceptron that learns MNIST's training images in file order, one at a time, by plain gradient
 * descent on the cross-entropy: real versions of a real model, with nothing of Decant's training
 * code. <i>Owned by one test.</i>
 */
final class MnistStudent {
    static final int PIXELS = 784;
    static final int HIDDEN = 32;
    static final int CLASSES = 10;
    private static final float LEARNING_RATE = 0.02f;
    private static final InputSpec INPUT =
            new InputSpec(DType.U8, List.of(PIXELS), 1 / 255.0, 0, 1);

    private final byte[] images;
    private final byte[] labels;
    private final float[] hiddenWeights = new float[HIDDEN * PIXELS];
    private final float[] hiddenBias = new float[HIDDEN];
    private final float[] outWeights = new float[CLASSES * HIDDEN];
    private final float[] outBias = new float[CLASSES];
    private int learned;

    MnistStudent(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < hiddenWeights.length; i++) {
            hiddenWeights[i] = (float) (random.nextGaussian() / Math.sqrt(PIXELS / 4.0));
        }
        for (int i = 0; i < outWeights.length; i++) {
            outWeights[i] = (float) (random.nextGaussian() / Math.sqrt(HIDDEN));
        }
        images = idx("train-images-idx3-ubyte.gz", 16);
        labels = idx("train-labels-idx1-ubyte.gz", 8);
    }

    /** The test images, row after row. */
    static byte[] testImages() {
        return idx("t10k-images-idx3-ubyte.gz", 16);
    }

    static byte[] testLabels() {
        return idx("t10k-labels-idx1-ubyte.gz", 8);
    }

    /** Content of a file in IDX format, without its header. */
    private static byte[] idx(String name, int header) {
        Path file = Path.of("..", "datasets", "mnist", name);
        try (InputStream raw = Files.newInputStream(file);
                DataInputStream in = new DataInputStream(new GZIPInputStream(raw))) {
            in.skipNBytes(header);
            return in.readAllBytes();
        } catch (IOException missing) {
            throw new IllegalStateException(file + " must be there", missing);
        }
    }

    /** Learns the next {@code samples} images. */
    void learn(int samples) {
        for (int end = learned + samples; learned < end; learned++) {
            learnOne(learned % labels.length);
        }
    }

    private void learnOne(int index) {
        float[] x = new float[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            x[i] = (images[index * PIXELS + i] & 0xff) / 255f;
        }
        float[] h = new float[HIDDEN];
        for (int j = 0; j < HIDDEN; j++) {
            float sum = hiddenBias[j];
            for (int i = 0; i < PIXELS; i++) {
                sum += hiddenWeights[j * PIXELS + i] * x[i];
            }
            h[j] = Math.max(0, sum);
        }
        double[] exp = new double[CLASSES];
        double total = 0;
        for (int c = 0; c < CLASSES; c++) {
            float sum = outBias[c];
            for (int j = 0; j < HIDDEN; j++) {
                sum += outWeights[c * HIDDEN + j] * h[j];
            }
            exp[c] = Math.exp(sum);
            total += exp[c];
        }
        float[] dh = new float[HIDDEN];
        for (int c = 0; c < CLASSES; c++) {
            float dz = LEARNING_RATE * (float) (exp[c] / total - (labels[index] == c ? 1 : 0));
            outBias[c] -= dz;
            for (int j = 0; j < HIDDEN; j++) {
                dh[j] += dz * outWeights[c * HIDDEN + j];
                outWeights[c * HIDDEN + j] -= dz * h[j];
            }
        }
        for (int j = 0; j < HIDDEN; j++) {
            if (h[j] > 0) {
                hiddenBias[j] -= dh[j];
                for (int i = 0; i < PIXELS; i++) {
                    hiddenWeights[j * PIXELS + i] -= dh[j] * x[i];
                }
            }
        }
    }

    /** What it has learned so far, in the order of the parameter layout. */
    float[] weights() {
        float[] all = new float[HIDDEN * PIXELS + HIDDEN + CLASSES * HIDDEN + CLASSES];
        int at = 0;
        for (float[] part : List.of(hiddenWeights, hiddenBias, outWeights, outBias)) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    static ServingModel version(long version, float[] weights) {
        return serving(HIDDEN, version, weights);
    }

    private static ServingModel serving(int hidden, long version, float[] weights) {
        ModelSpec spec = ModelSpec.mlp(List.of(PIXELS, hidden, CLASSES), INPUT);
        return ServingModel.of(new Versions(spec).unchecked(version, weights), Instant.EPOCH);
    }

    /** The same answers from a hidden layer of another width: the units added feed into nothing. */
    static ServingModel widened(long version, float[] weights, int hidden) {
        float[] wide = new float[hidden * PIXELS + hidden + CLASSES * hidden + CLASSES];
        System.arraycopy(weights, 0, wide, 0, HIDDEN * PIXELS);
        int from = HIDDEN * PIXELS;
        int to = hidden * PIXELS;
        System.arraycopy(weights, from, wide, to, HIDDEN);
        from += HIDDEN;
        to += hidden;
        for (int c = 0; c < CLASSES; c++) {
            System.arraycopy(weights, from + c * HIDDEN, wide, to + c * hidden, HIDDEN);
        }
        System.arraycopy(weights, from + CLASSES * HIDDEN, wide, to + CLASSES * hidden, CLASSES);
        return serving(hidden, version, wide);
    }
}
