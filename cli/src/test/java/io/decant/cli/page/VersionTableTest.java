package io.decant.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.Lineage;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class VersionTableTest {
    @Test
    void eachVersionSaysWhatItLearnedWhatItWeighsAndWhoSignedIt() {
        // Given two versions, of which the second's manifest is removed
        Lineage first = version(1);
        Lineage second = version(2);
        // When
        Table table =
                VersionTable.of(
                        List.of(first, second),
                        Map.of(1L, Lineages.manifest(first)),
                        version -> version == 1 ? "equal" : "differs");
        // Then
        assertThat(table.caption()).isEqualTo("2 versions");
        assertThat(table.rows())
                .containsExactly(
                        List.of(
                                "1",
                                "0.0 s",
                                "32",
                                "10",
                                "1: 0–9",
                                "100",
                                "5,000",
                                "passed",
                                "000000010000",
                                "key1",
                                "equal"),
                        List.of(
                                "2",
                                "1.0 s",
                                "64",
                                "10",
                                "1: 10–19",
                                "-",
                                "-",
                                "-",
                                "000000020000",
                                "manifest removed",
                                "differs"));
    }

    @Test
    void aLongHistoryIsThinnedAndSaysSo() {
        // When
        List<Lineage> all =
                LongStream.rangeClosed(1, 5000).mapToObj(VersionTableTest::version).toList();
        Table table = VersionTable.of(all, Map.of(), null);
        // Then
        assertThat(table.rows()).hasSizeBetween(VersionTable.MAX_ROWS / 2, VersionTable.MAX_ROWS);
        assertThat(table.rows().get(0).get(0)).isEqualTo("1");
        assertThat(table.rows().get(table.rows().size() - 1).get(0)).isEqualTo("5000");
        assertThat(table.caption()).contains("of 5,000 versions");
    }

    private static Lineage version(long version) {
        return Lineages.version(version, Map.of("pairs_learned", 32.0 * version), Map.of());
    }
}
