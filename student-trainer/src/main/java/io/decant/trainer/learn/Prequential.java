package io.decant.trainer.learn;

/**
 * Test-then-train scores: every prediction was made just before its pair was learned.
 * <i>Immutable.</i>
 *
 * @param student raw weights of the student against arrived labels
 * @param shadow raw weights of the labels-only student against the same labels
 * @param teacher the teacher against the same labels
 * @param agreement student against teacher, with or without labels
 * @param waiting stored predictions whose label has not come
 * @param unscored predictions pushed out of the bounded store before a label came
 */
public record Prequential(
        Accuracy student,
        Accuracy shadow,
        Accuracy teacher,
        Accuracy agreement,
        long waiting,
        long unscored) {}
