package io.decant.cli.demo;

import io.decant.cli.Shown;
import java.util.List;
import java.util.Locale;

/** The table that ends a run. <i>Thread-safe.</i> */
final class ClosingTable {
    /** What the cells of a row are. */
    static final List<String> HEADS = List.of("", "hold-out", "parameters", "bytes", "µs/answer");

    private ClosingTable() {}

    /**
     * One model.
     *
     * @param holdout share of the test samples that it classifies right; null when not measured
     * @param parameters null when its file does not say
     * @param bytes of its parameters, or of its file
     * @param microsPerAnswer time of one forward pass of one sample, microseconds
     */
    record Row(String name, Double holdout, Long parameters, long bytes, double microsPerAnswer) {
        /** As a table shows it: the name, and four texts. */
        List<String> cells() {
            return List.of(
                    name,
                    Shown.percent(holdout),
                    parameters == null ? "-" : Shown.count(parameters),
                    Shown.count(bytes),
                    String.format(Locale.ROOT, "%.1f", microsPerAnswer));
        }
    }

    static String of(List<Row> rows) {
        StringBuilder table = new StringBuilder(line(HEADS));
        rows.forEach(row -> table.append(line(row.cells())));
        return table.toString();
    }

    private static String line(List<String> cells) {
        return String.format(Locale.ROOT, "  %-28s %9s %12s %12s %11s%n", cells.toArray());
    }
}
