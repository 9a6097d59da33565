package io.decant.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.follower.reload.ServingModel;
import io.decant.gateway.GatewayCounters;
import io.decant.gateway.feedback.FeedbackCounters;
import io.decant.gateway.guard.GuardCounters;
import io.decant.records.Verdict;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportsTest {
    private final GatewayCounters counters = new GatewayCounters(System::nanoTime);
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

    private GatewayMetrics.Counted counted(GuardCounters.Snapshot guard) {
        return new GatewayMetrics.Counted(
                counters.snapshot(), guard, new FeedbackCounters.Snapshot(7, 4, 2));
    }

    @Test
    void metricsAreCountsSinceStartAndMeansSinceThePointBefore() {
        // Given one request of 3 ms, then two of 1 ms, and staleness of a second
        counters.answered(1, 3_000_000);
        GatewayMetrics.Counted before = counted(new GuardCounters.Snapshot(1, 0, 100, 50, 20, 0));
        counters.answered(4, 1_000_000);
        counters.answered(4, 1_000_000);
        counters.answeredWithError(404);
        counters.answeredWithError(503);
        ServingModel model = ServingModel.of(Versions.small().accepted(7), clock.instant());
        clock.advance(Duration.ofSeconds(1));

        // When
        Map<String, Double> values =
                GatewayMetrics.values(
                        before,
                        counted(new GuardCounters.Snapshot(2, 1, 200, 90, 24, 3)),
                        Optional.of(model),
                        clock);

        // Then
        assertThat(values)
                .containsEntry("requests", 5.0)
                .containsEntry("requests_refused", 1.0)
                .containsEntry("requests_failed", 1.0)
                .containsEntry("rows", 9.0)
                .containsEntry("answer_mean_micros", 1000.0)
                .containsEntry("shadow_trials", 2.0)
                .containsEntry("candidates_rolled_back", 1.0)
                .containsEntry("guard_compared", 200.0)
                .containsEntry("guard_churn", 0.1)
                .containsEntry("guard_dropped", 3.0)
                .containsEntry("feedback_offered", 7.0)
                .containsEntry("feedback_sent", 4.0)
                .containsEntry("feedback_dropped", 2.0)
                .containsEntry("staleness_millis", 1_000_993.0);
    }

    @Test
    void aMeanOfNothingIsLeftOut() {
        // When
        GuardCounters.Snapshot none = new GuardCounters.Snapshot(0, 0, 0, 0, 0, 0);
        Map<String, Double> values =
                GatewayMetrics.values(counted(none), counted(none), Optional.empty(), clock);

        // Then
        assertThat(values)
                .doesNotContainKeys("answer_mean_micros", "staleness_millis", "guard_churn");
    }
}
