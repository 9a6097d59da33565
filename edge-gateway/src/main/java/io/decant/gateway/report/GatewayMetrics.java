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
        values.put("requestsRefused", (double) now.refused());
        values.put("requestsFailed", (double) now.failed());
        values.put("rows", (double) now.rows());
        values.put("reloads", (double) now.reloads());
        values.put("candidatesRejected", (double) now.rejected());
        values.put("receivedBytes", (double) now.bytesReceived());
        values.put("registryRecordsRefused", (double) now.registryRecordsRefused());
        values.put("reportsDropped", (double) now.reportsDropped());
        long answered = now.answered() - before.answered();
        if (answered > 0) {
            values.put(
                    "answerMeanMicros",
                    (now.answerNanos() - before.answerNanos()) / 1e3 / answered);
        }
        serving.map(model -> model.stalenessMillis(clock))
                .ifPresent(
                        staleness ->
                                staleness.ifPresent(
                                        millis -> values.put("stalenessMillis", (double) millis)));
        return values;
    }
}
