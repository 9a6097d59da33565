package io.decant.cli.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonRowsTest {
    private static JsonRows rows(String lines) {
        return new JsonRows(
                new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), "a.jsonl", 20);
    }

    @Test
    void eachLineIsADocumentAndEmptyLinesArePassedOver() throws IOException {
        // Given
        JsonRows rows = rows("{\"a\":1}\r\n\n  \n{\"a\":2}");

        // When, Then
        assertThat(rows.next()).contains(new FeedRow.Parsed("a.jsonl:1", Map.of("a", 1)));
        assertThat(rows.next()).contains(new FeedRow.Parsed("a.jsonl:4", Map.of("a", 2)));
        assertThat(rows.next()).isEmpty();
    }

    @Test
    void aBadLineIsSaidWithItsNumberAndTheNextOneIsRead() throws IOException {
        // Given
        JsonRows rows = rows("[1]\n{\"a\":\"" + "x".repeat(20) + "\"}\n{\"a\":2}\n");

        // When, Then
        assertThat(rows.next())
                .contains(
                        new FeedRow.Broken(
                                "a.jsonl:1",
                                "the value is JSON, but a list of 1; expected an object with fields"));
        assertThat(rows.next())
                .contains(
                        new FeedRow.Broken(
                                "a.jsonl:2",
                                "the line is 28 bytes long; expected at most 20, one JSON document a line (--max-line-bytes)"));
        assertThat(rows.next()).contains(new FeedRow.Parsed("a.jsonl:3", Map.of("a", 2)));
        assertThat(rows.next()).isEqualTo(Optional.empty());
    }
}
