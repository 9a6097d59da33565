package io.decant.teacher.metrics;

import io.decant.pipeline.metrics.Metric;
import io.decant.records.DeadLetterReason;
import io.decant.teacher.budget.Choice;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what a teacher did. A total counts only what was committed: work that was given up and
 * done again counts once. Means and maxima are of the time since the last report. <i>Owned by one
 * thread.</i>
 */
public final class TeacherMetrics {
    /** What there is, a budget's and the answering's included. */
    public static final List<Metric> ALL =
            List.of(
                    Metric.counter("scored", "Samples answered and committed."),
                    Metric.counter("dead_letters", "Records refused, by reason.").by("reason"),
                    Metric.counter("skipped", "Samples skipped by a declared rule, by rule.")
                            .by("rule"),
                    Metric.counter("replacements", "Teachers that took over while it ran."),
                    Metric.counter(
                            "replacements_refused", "Files of a teacher that could not take over."),
                    Metric.counter("events", "Events, which training-metrics tells one by one."),
                    Metric.gauge("batch_size_mean", "Samples that the teacher scored at a time."),
                    Metric.gauge("inference_mean_micros", "Time of a batch in the teacher."),
                    Metric.gauge(
                            "queue_age_mean_millis",
                            "Mean time from a sample's timestamp to its answer."),
                    Metric.gauge(
                            "queue_age_max_millis",
                            "Longest time from a sample's timestamp to its answer."),
                    Metric.gauge(
                            "budget_share",
                            "Share of samples that the teacher may be asked about."),
                    Metric.gauge(
                            "budget_stride", "Samples of which an adaptive budget asks about one."),
                    Metric.gauge("budget_agreement", "Share of answers with the student's class."),
                    Metric.gauge(
                            "ladder_step",
                            "Step of the ladder that holds; 0 is the full teacher."));

    private long scored;
    private long openScored;
    private final Map<DeadLetterReason, Long> refused = new EnumMap<>(DeadLetterReason.class);
    private final Map<DeadLetterReason, Long> openRefused = new EnumMap<>(DeadLetterReason.class);

    private final Map<Choice, Long> skipped = new EnumMap<>(Choice.class);
    private final Map<Choice, Long> openSkipped = new EnumMap<>(Choice.class);

    private long replacements;
    private long replacementsRefused;

    private long batches;
    private long batchSamples;
    private long inferenceNanos;
    private long queueAgeSumMillis;
    private long queueAgeMaxMillis;

    /**
     * A batch went through the teacher.
     *
     * @param samples its rows
     * @param nanos time in the teacher
     */
    public void batch(int samples, long nanos) {
        batches++;
        batchSamples += samples;
        inferenceNanos += nanos;
    }

    /**
     * A sample was answered.
     *
     * @param queueAgeMillis time from its timestamp to its answer; clocks of producers may differ
     */
    public void scored(long queueAgeMillis) {
        openScored++;
        queueAgeSumMillis += Math.max(0, queueAgeMillis);
        queueAgeMaxMillis = Math.max(queueAgeMaxMillis, queueAgeMillis);
    }

    /** A sample was refused. */
    public void refused(DeadLetterReason reason) {
        openRefused.merge(reason, 1L, Long::sum);
    }

    /** A sample was skipped. */
    public void skipped(Choice why) {
        openSkipped.merge(why, 1L, Long::sum);
    }

    /** Another teacher has taken over. */
    public void replaced() {
        replacements++;
    }

    /** A new file under the teacher's name cannot take over. */
    public void replacementRefused() {
        replacementsRefused++;
    }

    /** The open work was committed. */
    public void committed() {
        scored += openScored;
        openRefused.forEach((reason, count) -> refused.merge(reason, count, Long::sum));
        openSkipped.forEach((why, count) -> skipped.merge(why, count, Long::sum));
        givenUp();
    }

    /** The open work was given up, and will be done again. */
    public void givenUp() {
        openScored = 0;
        openRefused.clear();
        openSkipped.clear();
    }

    /** Samples answered and committed since the start. */
    public long scoredTotal() {
        return scored;
    }

    /** Samples refused and committed since the start. */
    public long refusedTotal() {
        return refused.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Samples skipped and committed since the start. */
    public long skippedTotal() {
        return skipped.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The values of one report; means and maxima begin anew. */
    public Map<String, Double> report() {
        Map<String, Double> values = new TreeMap<>();
        values.put("scored", (double) scored);
        values.put("dead_letters", (double) refusedTotal());
        values.put("replacements", (double) replacements);
        values.put("replacements_refused", (double) replacementsRefused);
        values.put("skipped", (double) skippedTotal());
        skipped.forEach((why, count) -> values.put("skipped." + why.metric(), (double) count));
        refused.forEach(
                (reason, count) ->
                        values.put(
                                "dead_letters." + reason.name().toLowerCase(Locale.ROOT),
                                (double) count));
        if (batches > 0) {
            values.put("batch_size_mean", (double) batchSamples / batches);
            values.put("inference_mean_micros", inferenceNanos / 1e3 / batches);
            values.put("queue_age_mean_millis", (double) queueAgeSumMillis / batchSamples);
            values.put("queue_age_max_millis", (double) queueAgeMaxMillis);
        }
        batches = 0;
        batchSamples = 0;
        inferenceNanos = 0;
        queueAgeSumMillis = 0;
        queueAgeMaxMillis = 0;
        return values;
    }
}
