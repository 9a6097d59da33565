package io.decant.model.loss;

/**
 * What a student is told by a teacher's answer: the teacher's term of the loss, as TorchScript
 * statements that a training step is generated with. The label's term, cross-entropy, is outside.
 *
 * <p>Symbols: for a row, z are the student's logits, t the teacher's, q = softmax(z/T), p =
 * softmax(t/T), y its label, C the number of classes; its coefficients are a, of the teacher's
 * term, and h, of the label's. Divergences are multiplied by T², which keeps their gradients of the
 * same size when T changes (Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural
 * Network", 2015, section 2). A row with a = 0 teaches nothing and has no influence on others.
 *
 * <p>Statements find {@code z} and {@code t}, [classes, rows] fp32; {@code y}, [1, rows] int64, 0
 * where there is no label; {@code a} and {@code h}, [rows] fp32. Whether a row has a label is told
 * by h > 0: so a fixed α of 1 hides labels from a loss that uses them. They must not change what
 * they find. Gradients are written by hand, so that they serve a generated perceptron and a user's
 * module alike. <i>Immutable.</i>
 */
public sealed interface TeacherLoss
        permits Kd, LogitStandardisation, Dkd, Dist, LogitMse, ReverseKl, Jsd {
    /**
     * Statements that define {@code soft}: the term, summed over rows, a tensor without dimensions.
     *
     * @param temperature T > 0
     */
    String value(double temperature);

    /**
     * Statements that define {@code g}: ∂soft/∂z, [classes, rows], in memory of its own.
     *
     * @param temperature T > 0
     */
    String gradient(double temperature);

    /** Fewer classes than this leave the loss nothing to say. */
    default int leastClasses() {
        return 2;
    }
}
