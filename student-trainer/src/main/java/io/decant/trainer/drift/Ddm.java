package io.decant.trainer.drift;

/**
 * The drift detection method (Gama, Medas, Castillo and Rodrigues, "Learning with Drift Detection",
 * SBIA 2004): with p the mean since the start and s = √(p (1 − p)/n), drift is where p + s ≥ p_min
 * + k s_min, the minimum being that of p + s. It then starts anew. <i>Owned by one thread.</i>
 */
final class Ddm implements DriftDetector {
    /** Fewer values tell nothing; the paper's number. */
    private static final int FEWEST = 30;

    private final double deviations;
    private long count;
    private double sum;
    private double lowestMean;
    private double lowestDeviation;

    /**
     * @param deviations k, above 0; 3 in the paper
     */
    Ddm(double deviations) {
        this.deviations = deviations;
        reset();
    }

    private void reset() {
        count = 0;
        sum = 0;
        lowestMean = Double.POSITIVE_INFINITY;
        lowestDeviation = 0;
    }

    @Override
    public double add(double value) {
        count++;
        sum += value;
        if (count < FEWEST) {
            return 0;
        }
        double mean = sum / count;
        double deviation = Math.sqrt(Math.max(0, mean * (1 - mean)) / count);
        if (mean + deviation < lowestMean + lowestDeviation) {
            lowestMean = mean;
            lowestDeviation = deviation;
        }
        double rise = mean - lowestMean;
        if (rise <= 0 || mean + deviation < lowestMean + deviations * lowestDeviation) {
            return 0;
        }
        reset();
        return rise;
    }

    @Override
    public long[] save() {
        return new long[] {
            count,
            Double.doubleToRawLongBits(sum),
            Double.doubleToRawLongBits(lowestMean),
            Double.doubleToRawLongBits(lowestDeviation)
        };
    }

    @Override
    public void restore(long[] saved) {
        count = saved[0];
        sum = Double.longBitsToDouble(saved[1]);
        lowestMean = Double.longBitsToDouble(saved[2]);
        lowestDeviation = Double.longBitsToDouble(saved[3]);
    }
}
