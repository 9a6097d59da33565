package io.decant.cli.scenario;

import io.decant.cli.run.Sparkline;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The figures and curves of a scenario as text. <i>Thread-safe: all methods are pure.</i> */
final class ScenarioTable {
    private static final int WIDTH = 60;

    private ScenarioTable() {}

    /**
     * One line for each row and figure: every seed, mean and standard deviation.
     *
     * @param figures what is shown, in order; figures that no seed measured are left out
     */
    static List<List<String>> cells(Summary summary, List<Figure> figures) {
        List<List<String>> lines = new ArrayList<>();
        for (String row : summary.rows()) {
            for (Figure figure : figures) {
                if (summary.mean(row, figure) != null) {
                    lines.add(line(summary, row, figure));
                }
            }
        }
        return lines;
    }

    private static List<String> line(Summary summary, String row, Figure figure) {
        List<String> line = new ArrayList<>(List.of(row, figure.title()));
        summary.values(row, figure).forEach(value -> line.add(figure.unit().text(value)));
        line.add(summary.text(row, figure));
        Double deviation = summary.deviation(row, figure);
        line.add(deviation == null ? "-" : unsigned(figure.unit().text(deviation)));
        return line;
    }

    private static String unsigned(String text) {
        return text.startsWith("+") ? text.substring(1) : text;
    }

    static List<String> heads(Summary summary) {
        List<String> heads = new ArrayList<>(List.of("stream", "figure"));
        summary.seeds().forEach(seed -> heads.add("seed " + seed));
        heads.add("mean");
        heads.add("sd");
        return heads;
    }

    /** The curves, one line each, all on one scale. */
    static String sparklines(Curves curves) {
        List<Double> all =
                curves.names().stream()
                        .flatMap(name -> curves.points(name).stream())
                        .map(Curves.Point::accuracy)
                        .filter(Objects::nonNull)
                        .toList();
        if (all.isEmpty()) {
            return "";
        }
        double low = all.stream().mapToDouble(Double::doubleValue).min().getAsDouble();
        double high = all.stream().mapToDouble(Double::doubleValue).max().getAsDouble();
        StringBuilder text =
                new StringBuilder(
                        String.format(
                                Locale.ROOT,
                                "  prequential accuracy along the stream, %.0f %% to %.0f %%%n",
                                100 * low,
                                100 * high));
        int longest = curves.names().stream().mapToInt(String::length).max().orElse(0);
        for (String name : curves.names()) {
            List<Double> values =
                    curves.points(name).stream()
                            .map(Curves.Point::accuracy)
                            .filter(Objects::nonNull)
                            .toList();
            text.append("  ")
                    .append(name)
                    .append(" ".repeat(longest - name.length() + 2))
                    .append(Sparkline.of(values, WIDTH, low, high))
                    .append(System.lineSeparator());
        }
        return text.toString();
    }
}
