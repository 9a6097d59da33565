package io.decant.trainer.join;

import io.decant.pipeline.kafka.Sends;
import io.decant.pipeline.metrics.MetricReporter;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the join's counts to training-metrics: all counters as they stand, and the mean delay of
 * the labels joined since the last point. A point that cannot be sent is reported and left out: the
 * join itself goes on. <i>Owned by the metrics thread.</i>
 */
final class JoinMetrics implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JoinMetrics.class);

    private final JoinCounters counters;
    private final MetricReporter reporter;
    private final Producer<byte[], byte[]> producer;
    private final Sends sends = new Sends();
    private final BooleanSupplier paused;
    private long labelsBefore;
    private long delayBefore;

    JoinMetrics(JoinCounters counters, MetricReporter reporter, Producer<byte[], byte[]> producer, BooleanSupplier paused) {
        this.counters = counters;
        this.reporter = reporter;
        this.producer = producer;
        this.paused = paused;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of every failure.
    public void run() {
        try {
            sends.check();
            producer.send(reporter.point(JoinerService.NAME, 0, values()), sends);
        } catch (RuntimeException failed) {
            // Whatever failed, the next point is tried: numbers are not worth stopping for.
            sends.reset();
            LOG.warn(
                    "service={} event=metrics_not_sent error=\"{}\"",
                    JoinerService.NAME,
                    failed.toString());
        }
    }

    private Map<String, Double> values() {
        Map<String, Double> values = new TreeMap<>();
        counters.snapshot().forEach((name, count) -> values.put(name, (double) count));
        values.put("paused", paused.getAsBoolean() ? 1.0 : 0.0);
        long labels = counters.get(JoinCount.LABEL_DELAYS);
        long delay = counters.get(JoinCount.LABEL_DELAY_MILLIS);
        if (labels > labelsBefore) {
            values.put(
                    "label_delay_mean_millis",
                    (double) (delay - delayBefore) / (labels - labelsBefore));
        }
        labelsBefore = labels;
        delayBefore = delay;
        return values;
    }
}
