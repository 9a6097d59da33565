package io.decant.bench.step;

import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.StepSettings;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What every contender has to learn: noisy class patterns with a teacher's logits and labels, raw
 * as in a record. <i>Immutable.</i>
 *
 * @param batches taken in turn, over and over
 */
record Task(List<Batch> batches) {
    /** Weight of the teacher's term; the label's term has the rest. */
    static final double ALPHA = 0.7;

    static final StepSettings SETTINGS = StepSettings.defaults();

    static final ModelSpec STUDENT =
            ModelSpec.mlp(
                    List.of(784, 128, 10),
                    new InputSpec(DType.U8, List.of(28, 28), 1.0 / 255, 0.5, 0.3));

    private static final double NOISE = 0.7;
    private static final double WRONG_LABELS = 0.1;
    private static final double TEACHER_MARGIN = 6;

    Task {
        batches = List.copyOf(batches);
    }

    /** Rows of one step. */
    record Batch(List<Example> examples) {
        Batch {
            examples = List.copyOf(examples);
        }

        int rows() {
            return examples.size();
        }
    }

    /**
     * One row. The arrays are shared and never written.
     *
     * @param pixels [784] unsigned bytes
     * @param teacherLogits [10], before softmax, at temperature 1
     * @param label class index
     */
    record Example(byte[] pixels, float[] teacherLogits, int label) {}

    static Task generate(int batches, int rows, long seed) {
        Random random = new Random(seed);
        int classes = STUDENT.classCount();
        double[][] patterns = new double[classes][];
        for (int c = 0; c < classes; c++) {
            patterns[c] = random.doubles(STUDENT.input().size()).toArray();
        }
        return new Task(
                Stream.generate(() -> batch(patterns, rows, random)).limit(batches).toList());
    }

    int rows() {
        return batches.get(0).rows();
    }

    private static Batch batch(double[][] patterns, int rows, Random random) {
        return new Batch(
                IntStream.range(0, rows).mapToObj(row -> example(patterns, random)).toList());
    }

    private static Example example(double[][] patterns, Random random) {
        int truth = random.nextInt(patterns.length);
        byte[] pixels = new byte[patterns[truth].length];
        for (int i = 0; i < pixels.length; i++) {
            double value = (1 - NOISE) * patterns[truth][i] + NOISE * random.nextDouble();
            pixels[i] = (byte) (int) (255 * value);
        }
        float[] logits = new float[patterns.length];
        for (int c = 0; c < logits.length; c++) {
            logits[c] = (float) (random.nextGaussian() + (c == truth ? TEACHER_MARGIN : 0));
        }
        boolean wrong = random.nextDouble() < WRONG_LABELS;
        return new Example(pixels, logits, wrong ? random.nextInt(patterns.length) : truth);
    }
}
