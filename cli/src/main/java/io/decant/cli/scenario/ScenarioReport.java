package io.decant.cli.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a scenario measured, for a JSON file; the field names are public.
 * <i>Immutable.</i>
 *
 * @param samples that each stream may take from
 * @param settings that the user gave
 * @param rows figures of each row
 * @param shows the sentence
 */
record ScenarioReport(
        String scenario,
        String dataset,
        int samples,
        List<Long> seeds,
        List<String> settings,
        List<Row> rows,
        Map<String, List<Curves.Point>> curves,
        String shows) {
    /**
     * A trial and variant.
     *
     * @param settings in which it differs from the defaults
     */
    record Row(String name, List<String> settings, List<Value> figures) {}

    /**
     * A figure. Shares and points are between −1 and 1; null means not measured.
     *
     * @param bySeed one for each seed
     */
    record Value(
            String figure,
            String title,
            String unit,
            List<Double> bySeed,
            Double mean,
            Double sd) {}

    static List<Row> rows(Summary summary, Map<String, List<String>> settings) {
        List<Row> rows = new ArrayList<>();
        for (String row : summary.rows()) {
            List<Value> values = new ArrayList<>();
            for (Figure figure : summary.figures(row)) {
                values.add(
                        new Value(
                                figure.key(),
                                figure.title(),
                                figure.unit().name(),
                                summary.values(row, figure),
                                summary.mean(row, figure),
                                summary.deviation(row, figure)));
            }
            rows.add(new Row(row, settings.getOrDefault(row, List.of()), values));
        }
        return rows;
    }

    static Map<String, List<Curves.Point>> curves(Curves curves) {
        Map<String, List<Curves.Point>> points = new LinkedHashMap<>();
        curves.names().forEach(name -> points.put(name, curves.points(name)));
        return points;
    }
}
