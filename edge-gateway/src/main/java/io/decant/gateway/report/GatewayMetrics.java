package io.decant.gateway.report;

import io.decant.gateway.GatewayCounters;
import io.decant.gateway.reload.ServingModel;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The gateway's metrics by their public names. <i>Thread-safe: pure.</i> */
final class GatewayMetrics {
    private GatewayMetrics() {}

    /**
     * Values at {@code now}; means are of the time since {@code before}, and left out when nothing
     * happened.
     */
    static Map<String, Double> values(
            GatewayCounters.Snapshot before,
            GatewayCounters.Snapshot now,
            Optional<ServingModel> serving,
            InstantSource clock) {
        Map<String, Double> values = new TreeMap<>();
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
        serving.map(model -> model.stalenessMillis(clock))
                .ifPresent(
                        staleness ->
                                staleness.ifPresent(
                                        millis -> values.put("staleness_millis", (double) millis)));
        return values;
    }
}
