package io.decant.cli.run;

import java.util.List;

/** Draws a curve in one line of text. <i>Thread-safe.</i> */
public final class Sparkline {
    private static final String LEVELS = "▁▂▃▄▅▆▇█";

    private Sparkline() {}

    /**
     * The curve's means over equal stretches.
     *
     * @param values finite numbers, in order
     * @param width most characters
     */
    public static String of(List<Double> values, int width, double low, double high) {
        StringBuilder line = new StringBuilder();
        int columns = Math.min(width, values.size());
        for (int column = 0; column < columns; column++) {
            int from = (int) ((long) column * values.size() / columns);
            int to = (int) ((long) (column + 1) * values.size() / columns);
            double mean =
                    values.subList(from, to).stream()
                            .mapToDouble(Double::doubleValue)
                            .average()
                            .orElse(low);
            double height = high > low ? (mean - low) / (high - low) : 0;
            line.append(
                    LEVELS.charAt(
                            (int)
                                    Math.max(
                                            0,
                                            Math.min(
                                                    LEVELS.length() - 1,
                                                    Math.floor(height * LEVELS.length())))));
        }
        return line.toString();
    }
}
