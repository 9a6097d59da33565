package io.decant.gateway.report;

import io.decant.follower.reload.ServingModel;
import io.decant.gateway.GatewayCounters;
import io.decant.gateway.feedback.FeedbackCounters;
import io.decant.gateway.guard.GuardCounters;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The gateway's metrics by their public names. <i>Thread-safe: pure.</i> */
final class GatewayMetrics {
    private GatewayMetrics() {}

    /** All counts at one moment. */
    record Counted(
            GatewayCounters.Snapshot gateway,
            GuardCounters.Snapshot guard,
            FeedbackCounters.Snapshot feedback) {}

    /**
     * Values at {@code now}; means are of the time since {@code before}, and left out when nothing
     * happened.
     */
    static Map<String, Double> values(
            Counted before, Counted now, Optional<ServingModel> serving, InstantSource clock) {
        Map<String, Double> values = new TreeMap<>();
        requests(before.gateway(), now.gateway(), values);
        guard(before.guard(), now.guard(), values);
        values.put("feedback_offered", (double) now.feedback().offered());
        values.put("feedback_sent", (double) now.feedback().sent());
        values.put("feedback_dropped", (double) now.feedback().dropped());
        serving.map(model -> model.stalenessMillis(clock))
                .ifPresent(
                        staleness ->
                                staleness.ifPresent(
                                        millis -> values.put("staleness_millis", (double) millis)));
        return values;
    }

    private static void guard(
            GuardCounters.Snapshot before, GuardCounters.Snapshot now, Map<String, Double> values) {
        values.put("candidates_rolled_back", (double) now.rolledBack());
        values.put("shadow_trials", (double) now.trials());
        values.put("guard_compared", (double) now.compared());
        values.put("guard_dropped", (double) now.dropped());
        long sure = now.sure() - before.sure();
        if (sure > 0) {
            values.put("guard_churn", (double) (now.changed() - before.changed()) / sure);
        }
    }

    private static void requests(
            GatewayCounters.Snapshot before,
            GatewayCounters.Snapshot now,
            Map<String, Double> values) {
        values.put("requests", (double) now.requests());
        values.put("requests_refused", (double) now.refused());
        values.put("requests_failed", (double) now.failed());
        values.put("rows", (double) now.rows());
        values.put("reloads", (double) now.reloads());
        values.put("candidates_rejected", (double) now.rejected());
        values.put("received_bytes", (double) now.bytesReceived());
        values.put("registry_records_refused", (double) now.registryRecordsRefused());
        values.put("reports_dropped", (double) now.reportsDropped());
        long answered = now.answered() - before.answered();
        if (answered > 0) {
            values.put(
                    "answer_mean_micros",
                    (now.answerNanos() - before.answerNanos()) / 1e3 / answered);
        }
    }
}
