package io.decant.bench.step;

import io.decant.dataset.IdxSplit;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.StepSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What every contender has to learn: real images with their labels, and logits as a good teacher
 * would give them. Real, because units that die on real data make some steps slower.
 * <i>Immutable.</i>
 *
 * @param batches one pass over the samples
 */
record Task(ModelSpec student, List<Batch> batches) {
    /** Weight of the teacher's term; the label's term has the rest. */
    static final double ALPHA = 0.7;

    static final StepSettings SETTINGS = StepSettings.defaults();

    private static final int HIDDEN = 128;
    private static final int CLASSES = 10;
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
     * @param pixels raw unsigned bytes
     * @param teacherLogits [classes], before softmax, at temperature 1
     * @param label class index
     */
    record Example(byte[] pixels, float[] teacherLogits, int label) {}

    /** The first samples of a split, in file order, as full batches. */
    static Task of(IdxSplit split, int samples, int rows, long seed) {
        Random random = new Random(seed);
        ModelSpec student =
                ModelSpec.mlp(
                        List.of(split.sampleBytes(), HIDDEN, CLASSES),
                        split.standardisedBy(0, samples));
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from + rows <= samples; from += rows) {
            batches.add(
                    new Batch(
                            IntStream.range(from, from + rows)
                                    .mapToObj(i -> example(split, i, random))
                                    .toList()));
        }
        return new Task(student, batches);
    }

    int rows() {
        return batches.get(0).rows();
    }

    private static Example example(IdxSplit split, int index, Random random) {
        int label = split.label(index);
        float[] logits = new float[CLASSES];
        for (int c = 0; c < logits.length; c++) {
            logits[c] = (float) (random.nextGaussian() + (c == label ? TEACHER_MARGIN : 0));
        }
        return new Example(split.sample(index), logits, label);
    }
}
