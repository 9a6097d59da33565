package io.decant.trainer.join;

import io.decant.pipeline.monitor.WorkMeter;
import io.decant.pipeline.monitor.WorkMeter.Doing;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Says from Kafka Streams' own metrics what its threads spend their time on, as a meter has it: a
 * thread polls, processes, punctuates or commits, and what it does not do it waits for. <i>Owned by
 * the metrics thread.</i>
 */
final class StreamsLoad implements Runnable {
    private static final String THREADS = "stream-thread-metrics";
    private static final String FETCHER = "consumer-fetch-manager-metrics";

    private final Supplier<Map<MetricName, ? extends Metric>> metrics;
    private final JoinCounters counters;
    private final WorkMeter meter;
    private final InstantSource clock;
    private long beforeMillis;
    private long takenBefore;

    StreamsLoad(
            Supplier<Map<MetricName, ? extends Metric>> metrics,
            JoinCounters counters,
            WorkMeter meter,
            InstantSource clock) {
        this.metrics = metrics;
        this.counters = counters;
        this.meter = meter;
        this.clock = clock;
        beforeMillis = clock.millis();
    }

    @Override
    public void run() {
        double threads = 0;
        double working = 0;
        double committing = 0;
        double lag = 0;
        for (Metric metric : metrics.get().values()) {
            MetricName name = metric.metricName();
            double value = metric.metricValue() instanceof Number number ? number.doubleValue() : 0;
            if (Double.isNaN(value)) {
                continue;
            }
            if (name.group().equals(THREADS)) {
                switch (name.name()) {
                    case "process-ratio", "punctuate-ratio" -> working += value;
                    case "commit-ratio" -> committing += value;
                    case "poll-ratio" -> threads++;
                    default -> {
                        // Rates and latencies of the same.
                    }
                }
            } else if (name.group().equals(FETCHER)
                    && name.name().equals("records-lag")
                    && !name.tags().getOrDefault("client-id", "").contains("restore")) {
                lag += value;
            }
        }
        long now = clock.millis();
        tell(Math.max(0, now - beforeMillis) * 1e6, Math.max(1, threads), working, committing);
        beforeMillis = now;
        long taken = counters.taken();
        meter.took(taken - takenBefore);
        takenBefore = taken;
        meter.at(counters.takenAtMillis());
        meter.lag((long) lag);
    }

    /** Ratios are of the threads' time, summed over threads. */
    private void tell(double nanos, double threads, double working, double committing) {
        double work = Math.min(1, working / threads);
        double commit = Math.min(1 - work, committing / threads);
        meter.add(Doing.WORK, (long) (nanos * work));
        meter.add(Doing.WAIT_OUTPUT, (long) (nanos * commit));
        meter.add(Doing.WAIT_INPUT, (long) (nanos * (1 - work - commit)));
    }
}
