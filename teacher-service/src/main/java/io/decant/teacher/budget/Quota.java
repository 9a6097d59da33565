package io.decant.teacher.budget;

/**
 * Turns shares into whole numbers of samples; what is left over is carried on, so that over any
 * time the sum is exact to less than one sample. <i>Owned by one thread.</i>
 */
final class Quota {
    /** Sums of shares such as 0.1 fall short of whole numbers by rounding. */
    private static final double ROUNDING = 1e-9;

    private double carried;

    /**
     * How many of the next samples.
     *
     * @param wanted samples, any number of them at least 0
     * @param atMost bound of the answer; what it cuts off is not carried on
     */
    int next(double wanted, int atMost) {
        carried += wanted;
        int whole = (int) Math.floor(carried + ROUNDING);
        carried -= whole;
        return Math.min(whole, atMost);
    }

    double carried() {
        return carried;
    }

    void carry(double other) {
        carried = other;
    }
}
