package io.decant.cli.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A table of texts; the first column names the row. <i>Immutable.</i>
 *
 * @param caption what it shows
 * @param folded whether it is closed until a reader opens it
 * @param rows as many cells each as there are columns
 */
public record Table(String caption, boolean folded, List<Column> columns, List<List<String>> rows) {
    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "a row of the table '"
                                + caption
                                + "' has "
                                + row.size()
                                + " cells, expected "
                                + columns.size());
            }
        }
    }

    /** What the cells of a column hold. */
    public enum Kind {
        TEXT,
        /** Stands at the right. */
        NUMBER,
        /** A digest or a key: each character counts. */
        CODE
    }

    /** A column. */
    public record Column(String name, Kind kind) {
        private static Column of(String head) {
            if (head.startsWith("#")) {
                return new Column(head.substring(1), Kind.NUMBER);
            }
            return head.startsWith("`")
                    ? new Column(head.substring(1), Kind.CODE)
                    : new Column(head, Kind.TEXT);
        }
    }

    /**
     * A table with open rows.
     *
     * @param heads column heads; {@code #} in front marks a column of numbers, a backtick one of
     *     digests or keys
     */
    public static Table of(String caption, List<List<String>> rows, String... heads) {
        return new Table(caption, false, Arrays.stream(heads).map(Column::of).toList(), rows);
    }

    /** Names and values. */
    public static Table facts(String caption, Map<String, String> facts) {
        List<List<String>> rows = new ArrayList<>();
        facts.forEach((name, value) -> rows.add(List.of(name, value)));
        return of(caption, rows, "", "");
    }

    /** The same, closed until a reader opens it. */
    public Table closed() {
        return new Table(caption, true, columns, rows);
    }

    /** Whether the heads say anything. */
    boolean headed() {
        return columns.stream().anyMatch(column -> !column.name.isEmpty());
    }
}
