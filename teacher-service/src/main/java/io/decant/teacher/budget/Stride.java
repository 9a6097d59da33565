package io.decant.teacher.budget;

/**
 * JITNet's rule (Mullapudi et al., "Online Model Distillation for Efficient Video Inference", ICCV
 * 2019): while the student agrees with its teacher often enough, the teacher is asked half as
 * often, else twice as often: stride = min(16, 2 stride) or max(1, stride / 2). <i>Owned by one
 * thread.</i>
 */
public final class Stride {
    private static final int LONGEST = 16;

    private final double threshold;
    private final int judgeAfter;
    private int length = 1;
    private int seen;
    private int agreed;

    /**
     * A stride of 1: everything is asked about.
     *
     * @param threshold agreement from which the stride grows, in [0, 1]
     * @param judgeAfter answers that one judgement is made of, at least 1
     */
    public Stride(double threshold, int judgeAfter) {
        this.threshold = threshold;
        this.judgeAfter = judgeAfter;
    }

    /** The teacher answered to a randomly chosen sample. */
    public void answered(boolean sameClass) {
        seen++;
        agreed += sameClass ? 1 : 0;
        if (seen == judgeAfter) {
            boolean enough = agreed >= threshold * seen;
            length = enough ? Math.min(LONGEST, 2 * length) : Math.max(1, length / 2);
            seen = 0;
            agreed = 0;
        }
    }

    /** One in so many samples is asked about, 1 to 16. */
    public int length() {
        return length;
    }

    /** The share that is asked about. */
    public double share() {
        return 1.0 / length;
    }
}
