package io.decant.trainer.quality;

/**
 * A prediction that was made before its sample was learned, and what the label said of it.
 * <i>Immutable.</i>
 *
 * @param label the right class
 * @param student class that the student chose
 * @param shadow class that the shadow chose; -1 without one
 * @param teacher class that the teacher chose; -1 without one
 * @param closeness what the student's probabilities were
 */
public record Answered(int label, int student, int shadow, int teacher, Closeness closeness) {
    boolean right() {
        return student == label;
    }
}
