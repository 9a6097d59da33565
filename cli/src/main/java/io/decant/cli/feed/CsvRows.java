package io.decant.cli.feed;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of a CSV file (RFC 4180): some columns are features, others label, id, time or
 * attributes. Each row must have as many columns as the first. <i>Owned by one thread.</i>
 */
public final class CsvRows implements FeedRows {
    /** So many digits fit into a long. */
    private static final int WHOLE_DIGITS = 18;

    private final String name;
    private final CsvParser parser;
    private final CsvColumns columns;
    private final List<Integer> features;
    private final Map<String, Integer> fields = new HashMap<>();
    private final Map<String, Integer> attributes = new HashMap<>();
    private Optional<Line> first;

    /** Whether the first line names the columns. */
    public enum Header {
        YES,
        NO,
        /** It does when none of its cells is a number. */
        AUTO
    }

    /**
     * Which columns are what, by number or name.
     *
     * @param features a choice of columns, in the order of the features' elements
     * @param fields columns by the name of their field in {@link FeedFields}
     * @param attributes columns by the name of the attribute
     */
    public record Choice(
            String features, Map<String, String> fields, Map<String, String> attributes) {}

    private record Line(long number, List<String> cells) {}

    /**
     * Reads the first line.
     *
     * @param in closed with the rows
     * @param name of the input, for a sentence
     * @throws IllegalArgumentException if a column of the choice is not in the file
     * @throws IOException if there is no first line
     */
    public CsvRows(InputStream in, String name, char delimiter, Header header, Choice choice)
            throws IOException {
        this.name = name;
        parser =
                CsvFactory.builder()
                        .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
                        .build()
                        .createParser(in);
        parser.setSchema(CsvSchema.emptySchema().withColumnSeparator(delimiter));
        Line top =
                line().orElseThrow(
                                () ->
                                        new IOException(
                                                name
                                                        + " is empty; expected rows of comma-separated values"));
        boolean named =
                header == Header.YES
                        || header == Header.AUTO
                                && top.cells().stream().noneMatch(cell -> number(cell).isPresent());
        first = named ? Optional.empty() : Optional.of(top);
        columns =
                new CsvColumns(
                        named ? Optional.of(top.cells()) : Optional.empty(), top.cells().size());
        features = columns.all(choice.features());
        choice.fields().forEach((field, column) -> fields.put(field, columns.column(column)));
        choice.attributes()
                .forEach((attribute, column) -> attributes.put(attribute, columns.column(column)));
    }

    /** What the first line was taken for, as a sentence; and how many features a row has. */
    public String description() {
        return name
                + ": "
                + columns.width()
                + " columns, "
                + (columns.header().isPresent()
                        ? "named by the first line"
                        : "the first line is a row, not a header")
                + "; "
                + features.size()
                + " of them are features";
    }

    /** Number of columns that are features. */
    public int featureCount() {
        return features.size();
    }

    @Override
    public Optional<FeedRow> next() throws IOException {
        Optional<Line> line = first.isPresent() ? first : line();
        first = Optional.empty();
        return line.map(this::row);
    }

    private FeedRow row(Line line) {
        String where = name + ":" + line.number();
        List<String> cells = line.cells();
        if (cells.size() != columns.width()) {
            return new FeedRow.Broken(
                    where,
                    "the row has "
                            + cells.size()
                            + " columns; expected "
                            + columns.width()
                            + " as in the first line");
        }
        List<Object> numbers = new ArrayList<>(features.size());
        for (int column : features) {
            Optional<Number> number = number(cells.get(column));
            if (number.isEmpty()) {
                return new FeedRow.Broken(
                        where,
                        columns.shown(column)
                                + (cells.get(column).isBlank()
                                        ? " is empty"
                                        : " is '" + cells.get(column) + "'")
                                + "; expected a number");
            }
            numbers.add(number.get());
        }
        Map<String, Object> tree = new HashMap<>();
        tree.put(FeedFields.FEATURES, numbers);
        tree.put(FeedFields.ATTRIBUTES, texts(attributes, cells));
        tree.putAll(texts(fields, cells));
        tree.computeIfPresent(
                FeedFields.TIME,
                (field, time) ->
                        isWhole(time.toString()) ? (Object) Long.valueOf(time.toString()) : time);
        return new FeedRow.Parsed(where, tree);
    }

    /** Cells by field; an empty cell is none. */
    private static Map<String, Object> texts(Map<String, Integer> of, List<String> cells) {
        Map<String, Object> texts = new HashMap<>();
        of.forEach(
                (field, column) -> {
                    if (!cells.get(column).isBlank()) {
                        texts.put(field, cells.get(column).trim());
                    }
                });
        return texts;
    }

    private static Optional<Number> number(String cell) {
        String text = cell.trim();
        try {
            return Optional.of(
                    isWhole(text) ? (Number) Long.valueOf(text) : (Number) Double.valueOf(text));
        } catch (NumberFormatException otherText) {
            return Optional.empty();
        }
    }

    private static boolean isWhole(String text) {
        int digits = text.startsWith("-") ? 1 : 0;
        boolean whole = text.length() > digits && text.length() <= digits + WHOLE_DIGITS;
        for (int i = digits; whole && i < text.length(); i++) {
            whole = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        return whole;
    }

    private Optional<Line> line() throws IOException {
        try {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return Optional.empty();
            }
            List<String> cells = new ArrayList<>();
            long number = parser.currentTokenLocation().getLineNr();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (cells.isEmpty()) {
                    number = parser.currentTokenLocation().getLineNr();
                }
                cells.add(parser.getText());
            }
            return Optional.of(new Line(number, cells));
        } catch (JacksonException broken) {
            throw new IOException(
                    name
                            + ":"
                            + parser.currentLocation().getLineNr()
                            + ": it is not CSV from here on: "
                            + broken.getOriginalMessage(),
                    broken);
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
