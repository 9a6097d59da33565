package io.decant.model.hint;

import java.util.List;

/**
 * How a student's layer is compared with what a teacher's layer said: TorchScript statements that
 * libtorch differentiates. They find {@code own_K}, the student's layer for hint number K, fp32
 * [rows, …]; {@code told_K}, [rows, n] fp32, the teacher's side; {@code heard}, [rows] fp32: the
 * row's coefficient of the teacher's term where the row has hints, else 0. Rows without hints have
 * no influence. <i>Immutable.</i>
 */
public sealed interface HintLoss permits Feature, Attention, Relation {
    /** Statements that define {@code hint_K}: the term summed over rows, without its weight. */
    String value();

    /**
     * Numbers of {@code told_K} that stand for a row.
     *
     * @param own shape of the student's layer, without the batch
     * @param capacity greatest number of rows of a call
     */
    int width(List<Integer> own, int capacity);

    /**
     * What is kept of a teacher's layer.
     *
     * @param values of the teacher's layer, row by row
     * @param shape of the teacher's layer, without the batch
     * @param own shape of the student's layer, without the batch
     * @throws IllegalArgumentException when the two cannot be compared; says why
     */
    float[] kept(float[] values, List<Integer> shape, List<Integer> own);

    /**
     * Checks the student's side.
     *
     * @throws IllegalArgumentException when the layer is not of the kind that is compared
     */
    default void requireOwn(List<Integer> own) {}
}
