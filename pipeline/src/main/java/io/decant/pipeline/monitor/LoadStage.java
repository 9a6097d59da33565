package io.decant.pipeline.monitor;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.kafka.Sends;
import io.decant.pipeline.metrics.MetricReporter;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.stage.ForwardClock;
import io.decant.pipeline.stage.Stage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a service's load and lag to training-metrics, at an interval of its own and on a thread of
 * its own, so that one hears of a service that publishes nothing. A point that cannot be sent is
 * left out: nothing waits for it. <i>Owned by its thread.</i>
 */
final class LoadStage implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(LoadStage.class);
    private static final long NAP_NANOS = 100_000_000;
    private static final Map<String, Object> SMALL =
            Map.of(
                    "max.block.ms", 1_000,
                    "request.timeout.ms", 2_000,
                    "delivery.timeout.ms", 3_000,
                    "batch.size", 16 << 10,
                    "buffer.memory", 1L << 20);

    private final String name;
    private final String model;
    private final ClusterSettings cluster;
    private final Duration interval;
    private final Supplier<Map<String, Double>> load;
    private final RecordCodec codec;
    private final MetricReporter reporter;
    private final InstantSource waits;
    private final Sends sends = new Sends();
    private Producer<byte[], byte[]> producer;
    private long dueMillis;
    private boolean failing;

    LoadStage(
            String name,
            String model,
            ClusterSettings cluster,
            Duration interval,
            Supplier<Map<String, Double>> load,
            RecordCodec codec,
            MetricReporter reporter,
            InstantSource clock) {
        this.name = name;
        this.model = model;
        this.cluster = cluster;
        this.interval = interval;
        this.load = load;
        this.codec = codec;
        this.reporter = reporter;
        waits = new ForwardClock(clock);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int doWork() {
        if (waits.millis() < dueMillis) {
            LockSupport.parkNanos(NAP_NANOS);
            return 0;
        }
        dueMillis = waits.millis() + interval.toMillis();
        send();
        return 1;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of every failure.
    private void send() {
        Map<String, Double> values = load.get();
        try {
            if (producer == null) {
                producer = new Clients(cluster).producer(name, SMALL);
            }
            sends.check();
            producer.send(reporter.point(model, 0, values), sends);
            failing = false;
        } catch (RuntimeException failed) {
            // Whatever failed, the next point is tried: numbers are not worth stopping for.
            sends.reset();
            if (!failing) {
                LOG.warn("stage={} event=load_not_sent error=\"{}\"", name, failed.toString());
            }
            failing = true;
        }
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(1));
        }
        codec.close();
    }
}
