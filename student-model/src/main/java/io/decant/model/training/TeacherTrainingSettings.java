package io.decant.model.training;

import java.util.List;

/**
 * How a teacher is trained. <i>Immutable.</i>
 *
 * @param hidden widths of the hidden layers, each ≥ 1
 * @param inputDropout share of inputs set to 0, in [0, 0.9], rounded to 1/256
 * @param dropout share of hidden activations set to 0, in [0, 0.9], rounded to 1/256
 * @param learningRate at the first step, > 0; it falls to 0 along half a cosine
 * @param epochs passes over the samples, ≥ 1
 * @param batch samples a step, ≥ 1; the last batch of an epoch may be smaller
 * @param seed of initial weights, order and dropout
 */
public record TeacherTrainingSettings(
        List<Integer> hidden,
        double inputDropout,
        double dropout,
        double learningRate,
        int epochs,
        int batch,
        long seed) {

    public TeacherTrainingSettings {
        hidden = List.copyOf(hidden);
        require(
                hidden.stream().allMatch(width -> width >= 1),
                "teacher.hidden must hold widths of at least 1",
                hidden);
        require(
                inputDropout >= 0 && inputDropout <= 0.9,
                "teacher.input-dropout must be from 0 to 0.9",
                inputDropout);
        require(dropout >= 0 && dropout <= 0.9, "teacher.dropout must be from 0 to 0.9", dropout);
        require(
                learningRate > 0 && Double.isFinite(learningRate),
                "teacher.learning-rate must be above 0",
                learningRate);
        require(epochs >= 1, "teacher.epochs must be at least 1", epochs);
        require(batch >= 1, "teacher.batch must be at least 1", batch);
    }

    public static TeacherTrainingSettings defaults(long seed) {
        return new TeacherTrainingSettings(List.of(512, 256), 0.1, 0.3, 1e-3, 15, 64, seed);
    }

    private static void require(boolean holds, String rule, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(rule + ", was " + value);
        }
    }
}
