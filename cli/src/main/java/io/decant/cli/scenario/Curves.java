package io.decant.cli.scenario;

import io.decant.cli.run.StreamPlan;
import io.decant.cli.run.StreamPredictions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prequential accuracy along the stream, a mean over seeds: each curve is cut into equal windows.
 * <i>Owned by one thread.</i>
 */
final class Curves {
    /** Ends the name of a shadow's curve. */
    static final String SHADOW = ", shadow";

    private static final int WINDOWS = 120;

    private final Map<String, Sums> sums = new LinkedHashMap<>();

    private static final class Sums {
        private final long[] right = new long[WINDOWS];
        private final long[] predicted = new long[WINDOWS];
        private int samples;
    }

    /**
     * A value of a curve.
     *
     * @param position middle of its window, in samples
     * @param accuracy share of right predictions; null when there was none
     */
    record Point(double position, Double accuracy) {}

    /** Takes the predictions of one seed; a curve of no predictions at all is left out. */
    void add(String name, StreamPlan plan, int[] predictions) {
        Sums into = new Sums();
        boolean any = false;
        for (int position = 0; position < predictions.length; position++) {
            if (predictions[position] != StreamPredictions.NONE) {
                int window = (int) ((long) position * WINDOWS / predictions.length);
                into.predicted[window]++;
                into.right[window] += predictions[position] == plan.item(position).truth() ? 1 : 0;
                any = true;
            }
        }
        if (any) {
            merge(sums.computeIfAbsent(name, each -> new Sums()), into, predictions.length);
        }
    }

    private static void merge(Sums all, Sums one, int samples) {
        for (int window = 0; window < WINDOWS; window++) {
            all.right[window] += one.right[window];
            all.predicted[window] += one.predicted[window];
        }
        all.samples = Math.max(all.samples, samples);
    }

    List<String> names() {
        return List.copyOf(sums.keySet());
    }

    List<Point> points(String name) {
        Sums of = sums.get(name);
        List<Point> points = new ArrayList<>();
        for (int window = 0; window < WINDOWS; window++) {
            double middle = (window + 0.5) * of.samples / WINDOWS;
            points.add(
                    new Point(
                            middle,
                            of.predicted[window] == 0
                                    ? null
                                    : of.right[window] / (double) of.predicted[window]));
        }
        return points;
    }
}
