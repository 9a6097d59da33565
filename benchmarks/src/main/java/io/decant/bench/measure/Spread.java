package io.decant.bench.measure;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Median, least and greatest of the repetitions. <i>Immutable.</i> */
public record Spread(double median, double min, double max) {

    /** Of at least one value; the median of an even count is the mean of the middle two. */
    public static Spread of(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** Of {@code over[i] / under[i]}: repetitions that ran side by side saw the same machine. */
    public static Spread ofRatios(List<Double> over, List<Double> under) {
        return of(
                IntStream.range(0, over.size()).mapToObj(i -> over.get(i) / under.get(i)).toList());
    }

    /** {@code median [min to max]} with that many decimals. */
    public String text(int decimals) {
        String number = "%." + decimals + "f";
        return String.format(
                Locale.ROOT, number + " [" + number + " to " + number + "]", median, min, max);
    }
}
