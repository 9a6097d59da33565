package io.decant.trainer.rerun;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.Lineage;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LiveScoreTest {
    /** Version, scored so far, hits so far. */
    private static NavigableMap<Long, Lineage> lineage(long[]... rows) {
        NavigableMap<Long, Lineage> lineage = new TreeMap<>();
        for (long[] row : rows) {
            Lineage version = new Lineage();
            version.setVersion(row[0]);
            version.setParentVersion(row[0] - 1);
            version.setMetrics(
                    Map.of(
                            "prequential_scored_student",
                            (double) row[1],
                            "prequential_accuracy_student",
                            (double) row[2] / row[1]));
            lineage.put(row[0], version);
        }
        return lineage;
    }

    /** All of the given versions, each with a record. */
    private static RunPlan plan(NavigableMap<Long, Lineage> lineage, boolean whole) {
        io.decant.records.Span span = new io.decant.records.Span();
        span.setRecords(10L);
        span.setFirstOffset(0L);
        span.setLastOffset(9L);
        List<RunPlan.LiveVersion> versions =
                lineage.values().stream()
                        .map(
                                version ->
                                        new RunPlan.LiveVersion(
                                                version,
                                                null,
                                                List.of(new RunPlan.Cut(span, 0, whole ? 9 : 5)),
                                                whole))
                        .toList();
        return new RunPlan("student", "other", versions, List.of(0L), List.of(10L));
    }

    @Test
    void aWholeRunIsComparedWithTheNewestVersionsCumulativeAccuracy() {
        // Given
        NavigableMap<Long, Lineage> lineage = lineage(new long[] {1, 3, 1}, new long[] {2, 30, 20});
        // When
        LiveScore score = LiveScore.of(plan(lineage, true), lineage);
        // Then
        assertThat(score)
                .isEqualTo(new LiveScore(1, 2, true, 30, OptionalDouble.of(20 / 30.0)));
    }

    @Test
    void whatWasScoredBeforeThePartIsTakenOff() {
        // Given
        NavigableMap<Long, Lineage> lineage =
                lineage(new long[] {1, 3, 1}, new long[] {2, 30, 20}, new long[] {3, 70, 50});
        // When
        LiveScore score =
                LiveScore.of(plan(lineage.subMap(2L, true, 3L, true), false), lineage);
        // Then
        assertThat(score)
                .isEqualTo(new LiveScore(2, 3, false, 67, OptionalDouble.of(49 / 67.0)));
    }

    @Test
    void withoutTheLineageBeforeThePartNothingIsSaid() {
        // Given
        NavigableMap<Long, Lineage> lineage = lineage(new long[] {5, 30, 20});
        // When, Then
        assertThat(LiveScore.of(plan(lineage, true), lineage).accuracy()).isEmpty();
    }
}
