package io.decant.trainer.drift;

import java.util.ArrayList;
import java.util.List;

/**
 * ADWIN2: a window that holds as much of the past as agrees with the present (Bifet and Gavaldà,
 * "Learning from Time-Changing Data with Adaptive Windowing", SDM 2007, sections 3 and 4).
 *
 * <p>The window is kept as an exponential histogram: row r has at most {@value #BUCKETS} buckets of
 * 2^r values each, so n values need some 5 log₂(n/5) buckets. It is cut between two of them when
 * the means of the older part 0 and the newer part 1 differ by more than
 *
 * <pre>
 *   √((2/m) σ² ln(2/δ′)) + (2/(3m)) ln(2/δ′),   1/m = 1/n₀ + 1/n₁,   δ′ = δ / ln n
 * </pre>
 *
 * where σ² is the variance of the whole window; then the oldest bucket goes, until no cut is left.
 * <i>Owned by one thread.</i>
 */
final class Adwin implements DriftDetector {
    /** M in the paper. */
    private static final int BUCKETS = 5;

    /** Neither part of a cut has fewer values. */
    private static final int SMALLEST_PART = 5;

    private static final int FIELDS = 3;

    private final double delta;
    private final int clock;

    /** By row; in a row, oldest first. */
    private final List<List<Bucket>> rows = new ArrayList<>();

    private long sinceCheck;
    private long count;
    private double sum;
    private double squares;

    /** 2^row values. */
    private record Bucket(double sum, double squares) {
        Bucket and(Bucket other) {
            return new Bucket(sum + other.sum, squares + other.squares);
        }
    }

    /**
     * @param delta probability of a false alarm, in (0, 1)
     * @param clock values between two looks for a cut, at least 1
     */
    Adwin(double delta, int clock) {
        this.delta = delta;
        this.clock = clock;
    }

    @Override
    public double add(double value) {
        insert(new Bucket(value, value * value));
        count++;
        sum += value;
        squares += value * value;
        if (++sinceCheck < clock) {
            return 0;
        }
        sinceCheck = 0;
        double rise = 0;
        for (double found = cut(); found != 0; found = cut()) {
            rise = Math.max(rise, found);
            dropOldest();
        }
        return rise;
    }

    /** The two oldest of a row that is too full become one of the next. */
    private void insert(Bucket newest) {
        Bucket carried = newest;
        for (int row = 0; carried != null; row++) {
            if (row == rows.size()) {
                rows.add(new ArrayList<>(BUCKETS + 1));
            }
            List<Bucket> buckets = rows.get(row);
            buckets.add(carried);
            carried = null;
            if (buckets.size() > BUCKETS) {
                carried = buckets.remove(0).and(buckets.remove(0));
            }
        }
    }

    /** Newer mean minus older mean at the oldest place where the window must be cut, or 0. */
    private double cut() {
        double mean = sum / count;
        double variance = Math.max(0, squares / count - mean * mean);
        long older = 0;
        double olderSum = 0;
        for (int row = rows.size() - 1; row >= 0; row--) {
            for (Bucket bucket : rows.get(row)) {
                older += 1L << row;
                olderSum += bucket.sum;
                long newer = count - older;
                if (newer < SMALLEST_PART) {
                    return 0;
                }
                double difference = (sum - olderSum) / newer - olderSum / older;
                if (older >= SMALLEST_PART
                        && Math.abs(difference) > bound(older, newer, variance)) {
                    return difference;
                }
            }
        }
        return 0;
    }

    private double bound(long older, long newer, double variance) {
        double logarithm = StrictMath.log(2 * StrictMath.log(count) / delta);
        double inverse = 1.0 / older + 1.0 / newer;
        return Math.sqrt(2 * inverse * variance * logarithm) + 2.0 / 3 * inverse * logarithm;
    }

    private void dropOldest() {
        int row = rows.size() - 1;
        while (rows.get(row).isEmpty()) {
            rows.remove(row--);
        }
        Bucket oldest = rows.get(row).remove(0);
        count -= 1L << row;
        sum -= oldest.sum;
        squares -= oldest.squares;
    }

    /** Values in the window. */
    long width() {
        return count;
    }

    @Override
    public long[] save() {
        List<Long> saved = new ArrayList<>(List.of(sinceCheck, count, bits(sum), bits(squares)));
        for (int row = 0; row < rows.size(); row++) {
            for (Bucket bucket : rows.get(row)) {
                saved.add((long) row);
                saved.add(bits(bucket.sum));
                saved.add(bits(bucket.squares));
            }
        }
        return saved.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public void restore(long[] saved) {
        sinceCheck = saved[0];
        count = saved[1];
        sum = Double.longBitsToDouble(saved[2]);
        squares = Double.longBitsToDouble(saved[3]);
        rows.clear();
        for (int i = 4; i < saved.length; i += FIELDS) {
            while (rows.size() <= saved[i]) {
                rows.add(new ArrayList<>(BUCKETS + 1));
            }
            rows.get((int) saved[i])
                    .add(
                            new Bucket(
                                    Double.longBitsToDouble(saved[i + 1]),
                                    Double.longBitsToDouble(saved[i + 2])));
        }
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }
}
