package io.decant.cli.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of one seed, by row, in the order in which they came. <i>Owned by one thread.</i> */
final class SeedFigures {
    private final Map<String, Map<Figure, Double>> rows = new LinkedHashMap<>();

    /** Takes a value; NaN counts as not measured. */
    void put(String row, Figure figure, Double value) {
        boolean measured = value != null && !value.isNaN();
        rows.computeIfAbsent(row, name -> new LinkedHashMap<>())
                .put(figure, measured ? value : null);
    }

    /** Null when it was not measured. */
    Double value(String row, Figure figure) {
        return rows.getOrDefault(row, Map.of()).get(figure);
    }

    List<String> rows() {
        return List.copyOf(rows.keySet());
    }

    List<Figure> figures(String row) {
        return new ArrayList<>(rows.getOrDefault(row, Map.of()).keySet());
    }
}
