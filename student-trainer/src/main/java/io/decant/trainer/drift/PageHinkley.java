package io.decant.trainer.drift;

/**
 * Page and Hinkley's test with a fading sum (Page, "Continuous Inspection Schemes", Biometrika
 * 1954; in this form in Gama et al., "A Survey on Concept Drift Adaptation", ACM CSUR 2014, section
 * 3.2.2): with x̄ the mean so far, S ← f S + (x − x̄ − δ); drift is where S exceeds its minimum by
 * more than λ. It then starts anew. <i>Owned by one thread.</i>
 */
final class PageHinkley implements DriftDetector {
    /** Fewer values tell nothing. */
    private static final int FEWEST = 30;

    private final double delta;
    private final double threshold;
    private final double fading;
    private long count;
    private double mean;
    private double sum;
    private double lowest;

    /** Of the values since the minimum. */
    private long recentCount;

    private double recentSum;

    /**
     * @param delta tolerated change, at least 0
     * @param threshold λ, above 0
     * @param fading f, in (0, 1]
     */
    PageHinkley(double delta, double threshold, double fading) {
        this.delta = delta;
        this.threshold = threshold;
        this.fading = fading;
        reset();
    }

    private void reset() {
        count = 0;
        mean = 0;
        sum = 0;
        lowest = Double.POSITIVE_INFINITY;
        recentCount = 0;
        recentSum = 0;
    }

    @Override
    public double add(double value) {
        count++;
        mean += (value - mean) / count;
        sum = fading * sum + (value - mean - delta);
        recentCount++;
        recentSum += value;
        if (sum < lowest) {
            lowest = sum;
            recentCount = 0;
            recentSum = 0;
        }
        if (count < FEWEST || sum - lowest <= threshold) {
            return 0;
        }
        double rise = recentSum / recentCount - mean;
        reset();
        return Math.max(rise, Double.MIN_VALUE);
    }

    @Override
    public long[] save() {
        return new long[] {
            count,
            Double.doubleToRawLongBits(mean),
            Double.doubleToRawLongBits(sum),
            Double.doubleToRawLongBits(lowest),
            recentCount,
            Double.doubleToRawLongBits(recentSum)
        };
    }

    @Override
    public void restore(long[] saved) {
        count = saved[0];
        mean = Double.longBitsToDouble(saved[1]);
        sum = Double.longBitsToDouble(saved[2]);
        lowest = Double.longBitsToDouble(saved[3]);
        recentCount = saved[4];
        recentSum = Double.longBitsToDouble(saved[5]);
    }
}
