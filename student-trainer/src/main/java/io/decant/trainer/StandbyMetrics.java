package io.decant.trainer;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.Sends;
import io.decant.pipeline.metrics.MetricReporter;
import io.decant.pipeline.monitor.Monitor;
import io.decant.pipeline.record.RecordCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in training-metrics who stands by, {@code leading} 0, and who leads while it publishes
 * nothing, {@code leading} 1, as the points of versions do. A point that cannot be sent is reported
 * and left out. <i>Owned by the trainer's stage thread.</i>
 */
final class StandbyMetrics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StandbyMetrics.class);

    private final String model;
    private final Duration interval;
    private final RecordCodec codec;
    private final MetricReporter standing;
    private final MetricReporter leader;
    private final Producer<byte[], byte[]> producer;
    private final Sends sends = new Sends();
    private Instant due = Instant.MIN;

    StandbyMetrics(TrainerConfig config, Monitor monitor) {
        model = config.model().name();
        interval = config.lease().metricsInterval();
        codec = new RecordCodec(config.cluster());
        standing = monitor.reporter(TrainerMetrics.SOURCE, codec);
        leader = monitor.addingReporter(TrainerMetrics.SOURCE, codec);
        producer =
                new Clients(config.cluster())
                        .producer("trainer-" + model + "-standby", Map.of("max.block.ms", 1000));
    }

    /** Somebody else has just said who leads: nothing is due for an interval. */
    void told(Instant now) {
        due = now.plus(interval);
    }

    /** Sends a point if one is due. */
    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of every failure.
    void idle(Instant now, boolean leading) {
        if (now.isBefore(due)) {
            return;
        }
        due = now.plus(interval);
        try {
            sends.check();
            MetricReporter reporter = leading ? leader : standing;
            Map<String, Double> values = Map.of("leading", leading ? 1.0 : 0.0);
            producer.send(reporter.point(model, 0, values), sends);
        } catch (RuntimeException failed) {
            // Whatever failed, the next point is tried: numbers are not worth stopping for.
            sends.reset();
            LOG.warn("model={} event=metrics_not_sent error=\"{}\"", model, failed.toString());
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
        codec.close();
    }
}
