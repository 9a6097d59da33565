package io.decant.cli.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Curves over one axis, with the words and the table that say the same. <i>Immutable.</i>
 *
 * @param id unique in the page: letters and hyphens
 * @param note what is drawn and how it was measured, one or two sentences
 * @param logarithmic whether the vertical axis is; values are above 0 then
 */
public record Chart(
        String id,
        String title,
        String note,
        Axis x,
        Axis y,
        boolean logarithmic,
        List<Series> series) {
    /** Points of one curve that a page holds at most. */
    public static final int MAX_POINTS = 2000;

    /** Rows of the table behind a chart at most. */
    static final int MAX_ROWS = 60;

    public Chart {
        series = List.copyOf(series);
    }

    /** What is counted along an axis. */
    public record Axis(String name, Unit unit) {}

    /** How a curve is drawn. */
    public enum Look {
        LINE,
        DASHED,
        DOTTED,
        /** Values hold until the next. */
        STEPS,
        /** Single points. */
        MARKS
    }

    /**
     * A value at a place.
     *
     * @param y null where nothing was measured: a gap, not zero
     */
    public record Point(double x, Double y) {}

    /**
     * One curve.
     *
     * @param colour name of a colour of the page: student, shadow, teacher or other
     * @param points ascending by x
     */
    public record Series(String name, String colour, Look look, List<Point> points) {
        public Series {
            points = Thinning.everyKth(points, MAX_POINTS);
        }

        /** Whether anything was measured. */
        public boolean isMeasured() {
            return points.stream().anyMatch(point -> point.y != null);
        }

        private String inWords(Chart chart) {
            List<Point> known = points.stream().filter(point -> point.y != null).toList();
            if (known.isEmpty()) {
                return name + ": not measured";
            }
            Point first = known.get(0);
            Point last = known.get(known.size() - 1);
            return String.format(
                    Locale.ROOT,
                    "%s: %s at %s, %s at %s",
                    name,
                    chart.y.unit.text(first.y),
                    chart.x.unit.text(first.x),
                    chart.y.unit.text(last.y),
                    chart.x.unit.text(last.x));
        }
    }

    /** What a reader who does not see the chart is told. */
    public String inWords() {
        return String.format(
                Locale.ROOT,
                "%s. %s against %s. %s.",
                title,
                y.name,
                x.name,
                series.stream().map(each -> each.inWords(this)).collect(Collectors.joining("; ")));
    }

    /** The numbers behind the chart, thinned. */
    public Table numbers() {
        TreeMap<Double, List<String>> rows = new TreeMap<>();
        for (int s = 0; s < series.size(); s++) {
            for (Point point : series.get(s).points) {
                rows.computeIfAbsent(point.x, at -> emptyRow(at)).set(s + 1, y.unit.text(point.y));
            }
        }
        List<List<String>> kept = Thinning.everyKth(List.copyOf(rows.values()), MAX_ROWS);
        List<Table.Column> columns = new ArrayList<>();
        columns.add(new Table.Column(x.name, Table.Kind.NUMBER));
        series.forEach(each -> columns.add(new Table.Column(each.name, Table.Kind.NUMBER)));
        String caption =
                kept.size() == rows.size()
                        ? "Numbers"
                        : String.format(
                                Locale.ROOT, "Numbers: %d of %,d rows", kept.size(), rows.size());
        return new Table(caption, true, columns, kept);
    }

    private List<String> emptyRow(double at) {
        List<String> row = new ArrayList<>();
        row.add(x.unit.text(at));
        series.forEach(each -> row.add(""));
        return row;
    }
}
