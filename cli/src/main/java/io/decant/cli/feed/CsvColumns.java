package io.decant.cli.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds columns by number or name. Numbers count from 0 and a range of numbers ends before its
 * second one, as ranges of samples do; a range of names includes both. <i>Immutable.</i>
 *
 * @param header names of the columns; empty if the file has none
 * @param width number of columns
 */
public record CsvColumns(Optional<List<String>> header, int width) {
    private static final Pattern RANGE = Pattern.compile("([^:]+):([^:]+)");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,7}");

    /**
     * The columns of a comma-separated choice, such as {@code 1:785} or {@code width,height}.
     *
     * @throws IllegalArgumentException if one is not in the file
     */
    List<Integer> all(String choice) {
        List<Integer> columns = new ArrayList<>();
        for (String item : choice.split(",")) {
            Matcher range = RANGE.matcher(item.trim());
            if (range.matches()) {
                int from = column(range.group(1));
                int to =
                        NUMBER.matcher(range.group(2)).matches()
                                ? Integer.parseInt(range.group(2))
                                : column(range.group(2)) + 1;
                if (to <= from || to > width) {
                    throw new IllegalArgumentException(
                            "columns "
                                    + item
                                    + " are not a range within the "
                                    + width
                                    + " columns of the file; a range of numbers counts from 0 and ends before its second one");
                }
                for (int column = from; column < to; column++) {
                    columns.add(column);
                }
            } else {
                columns.add(column(item.trim()));
            }
        }
        return columns;
    }

    /**
     * One column.
     *
     * @throws IllegalArgumentException if it is not in the file
     */
    int column(String choice) {
        if (NUMBER.matcher(choice).matches()) {
            int column = Integer.parseInt(choice);
            if (column >= width) {
                throw new IllegalArgumentException(
                        "there is no column "
                                + column
                                + "; the file has "
                                + width
                                + ", counted from 0");
            }
            return column;
        }
        int column = header.map(names -> names.indexOf(choice)).orElse(-1);
        if (column < 0) {
            throw new IllegalArgumentException(
                    header.isPresent()
                            ? "there is no column named '" + choice + "' in the file's header"
                            : "the file has no header, so there is no column named '"
                                    + choice
                                    + "'; name columns by number, from 0, or say --header yes");
        }
        return column;
    }

    /** How a sentence names a column. */
    String shown(int column) {
        return "column " + header.map(names -> names.get(column)).orElse(Integer.toString(column));
    }
}
