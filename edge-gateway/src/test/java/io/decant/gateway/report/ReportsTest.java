package io.decant.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.gateway.GatewayCounters;
import io.decant.gateway.ManualClock;
import io.decant.gateway.Versions;
import io.decant.gateway.reload.ServingModel;
import io.decant.records.Verdict;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportsTest {
    private final GatewayCounters counters = new GatewayCounters();
    private final ManualClock clock = new ManualClock();

    @Test
    void theOldestReportMakesRoomAndIsCounted() throws InterruptedException {
        // Given
        Reports reports = new Reports("edge-1", Versions.MODEL, 2, counters, clock);

        // When
        for (long candidate = 1; candidate <= 3; candidate++) {
            reports.status(Optional.empty(), candidate, Verdict.REJECTED, "why");
        }

        // Then
        assertThat(candidate(reports)).isEqualTo(2);
        assertThat(candidate(reports)).isEqualTo(3);
        assertThat(reports.take(Duration.ZERO)).isEmpty();
        assertThat(counters.snapshot().reportsDropped()).isEqualTo(1);
    }

    private static long candidate(Reports reports) throws InterruptedException {
        return ((Reports.Report.Status) reports.take(Duration.ZERO).orElseThrow())
                .status()
                .getCandidateVersion();
    }

    @Test
    void metricsAreCountsSinceStartAndMeansSinceThePointBefore() {
        // Given one request of 3 ms, then two of 1 ms, and staleness of a second
        counters.answered(1, 3_000_000);
        GatewayCounters.Snapshot before = counters.snapshot();
        counters.answered(4, 1_000_000);
        counters.answered(4, 1_000_000);
        counters.answeredWithError(404);
        counters.answeredWithError(503);
        ServingModel model = ServingModel.of(Versions.small().accepted(7), clock.instant());
        clock.advance(Duration.ofSeconds(1));

        // When
        Map<String, Double> values =
                GatewayMetrics.values(before, counters.snapshot(), Optional.of(model), clock);

        // Then
        assertThat(values)
                .containsEntry("requests", 5.0)
                .containsEntry("requests_refused", 1.0)
                .containsEntry("requests_failed", 1.0)
                .containsEntry("rows", 9.0)
                .containsEntry("answer_mean_micros", 1000.0)
                .containsEntry("staleness_millis", 1_000_993.0);
    }

    @Test
    void aMeanOfNothingIsLeftOut() {
        // When
        Map<String, Double> values =
                GatewayMetrics.values(
                        counters.snapshot(), counters.snapshot(), Optional.empty(), clock);

        // Then
        assertThat(values).doesNotContainKeys("answer_mean_micros", "staleness_millis");
    }
}
