package io.decant.cli.demo;

import java.util.List;
import java.util.Locale;

/** The table that ends a run. <i>Thread-safe.</i> */
final class ClosingTable {
    private ClosingTable() {}

    /**
     * One model.
     *
     * @param holdout share of the test samples that it classifies right; null when not measured
     * @param microsPerAnswer time of one forward pass of one sample, microseconds
     */
    record Row(String name, Double holdout, long parameters, long bytes, Double microsPerAnswer) {}

    static String of(List<Row> rows) {
        StringBuilder table = new StringBuilder();
        table.append(
                String.format(
                        Locale.ROOT,
                        "  %-28s %9s %12s %12s %11s%n",
                        "",
                        "hold-out",
                        "parameters",
                        "bytes",
                        "µs/answer"));
        for (Row row : rows) {
            table.append(
                    String.format(
                            Locale.ROOT,
                            "  %-28s %9s %,12d %,12d %11s%n",
                            row.name,
                            percent(row.holdout),
                            row.parameters,
                            row.bytes,
                            row.microsPerAnswer == null
                                    ? ""
                                    : String.format(Locale.ROOT, "%.1f", row.microsPerAnswer)));
        }
        return table.toString();
    }

    static String percent(Double share) {
        return share == null ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}
