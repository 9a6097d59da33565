package io.decant.cli.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CsvRowsTest {
    private static CsvRows rows(String csv, CsvRows.Header header, CsvRows.Choice choice)
            throws IOException {
        return new CsvRows(
                new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)),
                "a.csv",
                ',',
                header,
                choice);
    }

    private static CsvRows.Choice choice(String features, String label) {
        return new CsvRows.Choice(features, Map.of(FeedFields.LABEL, label), Map.of());
    }

    private static List<FeedRow> all(CsvRows rows) throws IOException {
        List<FeedRow> all = new ArrayList<>();
        for (Optional<FeedRow> row = rows.next(); row.isPresent(); row = rows.next()) {
            all.add(row.get());
        }
        return all;
    }

    @Test
    void cellsBecomeFieldsOfTheRowsTree() throws IOException {
        // Given
        CsvRows rows =
                rows(
                        "kind,w,h,when,place\ncat,1, 2.5,1700,\"a, b\"\n,3,-4,,\n",
                        CsvRows.Header.AUTO,
                        new CsvRows.Choice(
                                "w:h",
                                Map.of(FeedFields.LABEL, "kind", FeedFields.TIME, "when"),
                                Map.of("place", "4")));

        // When
        List<FeedRow> all = all(rows);

        // Then
        assertThat(rows.description())
                .isEqualTo("a.csv: 5 columns, named by the first line; 2 of them are features");
        assertThat(all)
                .containsExactly(
                        new FeedRow.Parsed(
                                "a.csv:2",
                                Map.of(
                                        "features",
                                        List.of(1L, 2.5),
                                        "label",
                                        "cat",
                                        "time",
                                        1700L,
                                        "attributes",
                                        Map.of("place", "a, b"))),
                        new FeedRow.Parsed(
                                "a.csv:3",
                                Map.of("features", List.of(3L, -4L), "attributes", Map.of())));
    }

    @Test
    void theFirstLineIsAHeaderWhenNoneOfItsCellsIsANumberOrWhenToldSo() throws IOException {
        assertThat(all(rows("a,b\n1,2\n", CsvRows.Header.AUTO, choice("0", "1")))).hasSize(1);
        assertThat(all(rows("a,0\n1,2\n", CsvRows.Header.AUTO, choice("1", "0")))).hasSize(2);
        assertThat(all(rows("7,0\n1,2\n", CsvRows.Header.YES, choice("0", "1")))).hasSize(1);
        assertThat(all(rows("7,0\n1,2\n", CsvRows.Header.NO, choice("0", "1")))).hasSize(2);
    }

    @Test
    void aBadRowSaysItsLineAndColumnAndTheNextOneIsRead() throws IOException {
        // Given
        CsvRows rows =
                rows(
                        "y,a,b\n1,\"2\n\",x\n1,2\n\n1,,3\n1,2,3\n",
                        CsvRows.Header.AUTO,
                        choice("1:3", "y"));

        // When, Then
        assertThat(all(rows))
                .containsExactly(
                        new FeedRow.Broken("a.csv:2", "column b is 'x'; expected a number"),
                        new FeedRow.Broken(
                                "a.csv:4",
                                "the row has 2 columns; expected 3 as in the first line"),
                        new FeedRow.Broken("a.csv:6", "column a is empty; expected a number"),
                        new FeedRow.Parsed(
                                "a.csv:7",
                                Map.of(
                                        "features",
                                        List.of(2L, 3L),
                                        "label",
                                        "1",
                                        "attributes",
                                        Map.of())));
    }

    @Test
    void aColumnThatIsNotInTheFileIsSaidBeforeAnythingIsRead() {
        assertThatThrownBy(() -> rows("1,2\n", CsvRows.Header.NO, choice("0:3", "1")))
                .hasMessageContaining("columns 0:3 are not a range within the 2 columns");
        assertThatThrownBy(() -> rows("1,2\n", CsvRows.Header.NO, choice("0", "y")))
                .hasMessageContaining("the file has no header, so there is no column named 'y'");
        assertThatThrownBy(() -> rows("a,b\n", CsvRows.Header.YES, choice("a", "y")))
                .hasMessage("there is no column named 'y' in the file's header");
        assertThatThrownBy(() -> rows("a,b\n", CsvRows.Header.YES, choice("2", "a")))
                .hasMessage("there is no column 2; the file has 2, counted from 0");
        assertThatThrownBy(() -> rows("", CsvRows.Header.AUTO, choice("0", "1")))
                .isInstanceOf(IOException.class)
                .hasMessage("a.csv is empty; expected rows of comma-separated values");
    }

    @Test
    void aQuoteThatNeverEndsIsSaidWithItsLine() throws IOException {
        // Given
        CsvRows rows = rows("1,2\n\"3,4\n5,6\n", CsvRows.Header.NO, choice("0", "1"));
        rows.next();

        // When, Then
        assertThatThrownBy(rows::next)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it is not CSV from here on");
    }
}
