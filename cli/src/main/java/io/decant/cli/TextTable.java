package io.decant.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lines up columns: numbers to the right, other texts to the left. <i>Owned by one thread.</i> */
public final class TextTable {
    private static final String NUMBER = "[-+]?[0-9][0-9,.]*( %| s)?|-";

    private final List<String> heads;
    private final List<List<String>> rows = new ArrayList<>();

    public TextTable(String... heads) {
        this.heads = Arrays.asList(heads);
    }

    /** Adds a row with as many cells as there are heads. */
    public TextTable row(String... cells) {
        if (cells.length != heads.size()) {
            throw new IllegalArgumentException(
                    "a row must have " + heads.size() + " cells, had " + cells.length);
        }
        rows.add(Arrays.asList(cells));
        return this;
    }

    /** All lines, each indented by two spaces and ended. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        line(text, heads);
        rows.forEach(row -> line(text, row));
        return text.toString();
    }

    private void line(StringBuilder text, List<String> cells) {
        StringBuilder line = new StringBuilder(" ");
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String space = " ".repeat(width(column) - cell.length());
            line.append(' ').append(isNumeric(column) ? space + cell : cell + space);
        }
        text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }

    private int width(int column) {
        return rows.stream()
                .mapToInt(row -> row.get(column).length())
                .reduce(heads.get(column).length(), Math::max);
    }

    private boolean isNumeric(int column) {
        return rows.stream().allMatch(row -> row.get(column).matches(NUMBER));
    }
}
