package io.decant.trainer.quality;

/**
 * How sure the student was, and how near to label and teacher. Not a number where it is not known:
 * a device keeps classes only, and of a label that comes late the whole distribution is gone.
 * <i>Immutable.</i>
 *
 * @param confidence the student's probability of the class that it chose, in (0, 1]
 * @param nats −log of its probability of the label
 * @param divergence KL(teacher ‖ student) at temperature 1, in nats
 */
public record Closeness(float confidence, float nats, float divergence) {
    /** Nothing is known. */
    public static final Closeness UNKNOWN = new Closeness(Float.NaN, Float.NaN, Float.NaN);

    /** What is known without a label or a teacher. */
    public static Closeness of(float confidence) {
        return new Closeness(confidence, Float.NaN, Float.NaN);
    }
}
