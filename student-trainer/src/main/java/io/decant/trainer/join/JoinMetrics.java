package io.decant.trainer.join;

import io.decant.pipeline.kafka.Sends;
import io.decant.pipeline.metrics.Metric;
import io.decant.pipeline.metrics.MetricReporter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the join's counts to training-metrics: all counters as they stand, and the mean delay of
 * the labels joined since the last point. A point that cannot be sent is reported and left out: the
 * join itself goes on. <i>Owned by the metrics thread.</i>
 */
public final class JoinMetrics implements Runnable {
    /** What there is. */
    public static final List<Metric> ALL =
            Stream.concat(
                            Arrays.stream(JoinCount.values()).map(JoinMetrics::described),
                            Stream.of(
                                    Metric.gauge(
                                            "label_delay_mean_millis",
                                            "Mean event time of labels minus event time of their samples.")))
                    .toList();

    private static final Logger LOG = LoggerFactory.getLogger(JoinMetrics.class);

    private final JoinCounters counters;
    private final MetricReporter reporter;
    private final Producer<byte[], byte[]> producer;
    private final Runnable load;
    private final Sends sends = new Sends();
    private long labelsBefore;
    private long delayBefore;

    /**
     * Makes a writer.
     *
     * @param load reads how busy Kafka Streams is; with each point
     */
    JoinMetrics(
            JoinCounters counters,
            MetricReporter reporter,
            Producer<byte[], byte[]> producer,
            Runnable load) {
        this.load = load;
        this.counters = counters;
        this.reporter = reporter;
        this.producer = producer;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of every failure.
    public void run() {
        try {
            load.run();
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

    private static Metric described(JoinCount count) {
        return switch (count) {
            case LABEL_DELAY_MILLIS -> Metric.gauge(count.metric(), count.doc());
            case DEAD_LETTERS -> Metric.counter(count.metric(), count.doc()).by("reason");
            default -> Metric.counter(count.metric(), count.doc());
        };
    }

    private Map<String, Double> values() {
        Map<String, Double> values = new TreeMap<>();
        counters.snapshot().forEach((name, count) -> values.put(name, (double) count));
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
