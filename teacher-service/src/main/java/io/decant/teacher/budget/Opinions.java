package io.decant.teacher.budget;

import io.decant.model.number.Greatest;

/** What one version of a student thinks of several samples. <i>Immutable.</i> */
public final class Opinions {
    private final float[] margins;
    private final int[] classes;

    private Opinions(float[] margins, int[] classes) {
        this.margins = margins;
        this.classes = classes;
    }

    /**
     * Opinions from logits.
     *
     * @param logits [rows][classes], row after row, finite, before softmax
     * @param classCount at least 2
     */
    public static Opinions of(float[] logits, int rows, int classCount) {
        float[] margins = new float[rows];
        int[] best = new int[rows];
        for (int row = 0; row < rows; row++) {
            int from = row * classCount;
            best[row] = Greatest.of(logits, from, classCount);
            margins[row] = margin(logits, from, classCount, from + best[row]);
        }
        return new Opinions(margins, best);
    }

    private static float margin(float[] logits, int from, int count, int best) {
        double sum = 0;
        double second = 0;
        for (int c = from; c < from + count; c++) {
            double mass = Math.exp((double) logits[c] - logits[best]);
            sum += mass;
            second = c == best ? second : Math.max(second, mass);
        }
        return (float) ((1 - second) / sum);
    }

    /** p(1) - p(2) of the student's softmax for a sample: the lower, the less sure it is. */
    public float margin(int sample) {
        return margins[sample];
    }

    /** The class that the student gives a sample. */
    public int classOf(int sample) {
        return classes[sample];
    }
}
