package io.decant.trainer.learn;

/**
 * What one teacher said about a sample. <i>Immutable.</i>
 *
 * @param teacherId who said it
 * @param logits [classes], before softmax, at temperature 1
 */
public record Answer(String teacherId, Logits logits) {}
