package io.decant.gateway.report;

import static io.decant.pipeline.metrics.Metric.counter;
import static io.decant.pipeline.metrics.Metric.gauge;

import io.decant.follower.reload.ServingModel;
import io.decant.gateway.GatewayCounters;
import io.decant.gateway.feedback.FeedbackCounters;
import io.decant.gateway.guard.GuardCounters;
import io.decant.pipeline.metrics.Metric;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The gateway's metrics by their public names. <i>Thread-safe: pure.</i> */
public final class GatewayMetrics {
    /** What there is. */
    public static final List<Metric> ALL =
            List.of(
                    counter("requests", "Requests answered, refused and failed."),
                    counter("requests_refused", "Requests answered with a status of 400 to 499."),
                    counter("requests_failed", "Requests answered with a status of 500 or more."),
                    counter("rows", "Inputs answered."),
                    counter("reloads", "Versions that went into service."),
                    counter(
                            "candidates_rejected",
                            "Versions that were not believed or failed a check."),
                    counter("candidates_rolled_back", "Versions that the guard took back."),
                    counter("received_bytes", "Bytes read from Kafka to follow the model."),
                    counter("registry_records_refused", "Registry records that could not be used."),
                    counter("reports_dropped", "Reports that made room while Kafka was away."),
                    gauge("reload_seconds", "Fetch, verification and swap of the version served."),
                    gauge("answer_mean_micros", "Mean time of an answer since the point before."),
                    gauge("served_version", "Version in service; 0 for none."),
                    gauge(
                            "staleness_millis",
                            "Age of what is served: now minus its watermark in event time."),
                    counter("shadow_trials", "Versions tried on live requests first."),
                    counter("guard_compared", "Answers that the guard compared."),
                    counter("guard_dropped", "Answers that the guard had no time for."),
                    gauge("guard_churn", "Share of sure answers that changed with the version."),
                    counter("feedback_offered", "Inputs chosen as samples."),
                    counter("feedback_sent", "Inputs sent as samples."),
                    counter("feedback_dropped", "Chosen inputs that could not be sent."));

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
        values.put("served_version", serving.map(model -> (double) model.version()).orElse(0.0));
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
