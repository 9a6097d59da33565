package io.decant.gateway.report;

import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.gateway.GatewayCounters;
import io.decant.gateway.feedback.FeedbackCounters;
import io.decant.gateway.guard.GuardCounters;
import io.decant.pipeline.deadletter.DeadLetters;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.metrics.MetricReporter;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.stage.ForwardClock;
import io.decant.pipeline.stage.Stage;
import io.decant.records.GatewayStatus;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends reports and, once an interval, metrics. Each send is confirmed before the next; a report
 * that could not be sent is sent again, metrics that could not are left out. It has its own thread,
 * so that a broker that is away delays no reload. <i>Owned by its stage's thread.</i>
 */
public final class StatusReporter implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(StatusReporter.class);
    private static final Duration TURN = Duration.ofMillis(100);
    private static final Duration SEND_PATIENCE = Duration.ofSeconds(4);

    private final ClusterSettings cluster;
    private final String clientId;
    private final String model;
    private final Duration interval;
    private final Reports reports;
    private final GatewayCounters counters;
    private final GuardCounters guard;
    private final FeedbackCounters feedback;
    private final ServingSlot slot;
    private final InstantSource clock;
    private final InstantSource waits;
    private final Topics topics;
    private final RecordCodec codec;
    private final MetricReporter metrics;
    private final DeadLetters letters;
    private Optional<Reports.Report> pending = Optional.empty();
    private Producer<byte[], byte[]> producer;
    private GatewayMetrics.Counted before;
    private long nextMetrics;
    private boolean failing;

    /**
     * Makes a reporter; it connects at the first send.
     *
     * @param interval time between two points of metrics
     * @param reporter makes those points
     */
    public StatusReporter(
            ClusterSettings cluster,
            String clientId,
            String model,
            Duration interval,
            Reports reports,
            GatewayCounters counters,
            GuardCounters guard,
            FeedbackCounters feedback,
            ServingSlot slot,
            Function<RecordCodec, MetricReporter> reporter,
            InstantSource clock) {
        this.cluster = cluster;
        this.clientId = clientId;
        this.model = model;
        this.interval = interval;
        this.reports = reports;
        this.counters = counters;
        this.guard = guard;
        this.feedback = feedback;
        this.slot = slot;
        this.clock = clock;
        waits = new ForwardClock(clock);
        topics = cluster.topics();
        codec = new RecordCodec(cluster);
        metrics = reporter.apply(codec);
        letters = new DeadLetters("gateway", topics, codec, clock);
        before = counted();
        nextMetrics = waits.millis() + interval.toMillis();
    }

    @Override
    public String name() {
        return "status-reporter";
    }

    @Override
    public int doWork() throws InterruptedException {
        if (pending.isEmpty()) {
            pending = reports.take(TURN);
        }
        int done = 0;
        if (pending.isPresent() && delivered(() -> record(pending.get()))) {
            pending = Optional.empty();
            done++;
        }
        if (waits.millis() >= nextMetrics) {
            nextMetrics = waits.millis() + interval.toMillis();
            done += delivered(this::point) ? 1 : 0;
        }
        return done;
    }

    private ProducerRecord<byte[], byte[]> record(Reports.Report report) {
        if (report instanceof Reports.Report.Unreadable unreadable) {
            return letters.letter(
                    unreadable.refused().origin(),
                    unreadable.refused().reason(),
                    unreadable.refused().detail());
        }
        GatewayStatus status = ((Reports.Report.Status) report).status();
        return new ProducerRecord<>(
                topics.name(Topic.GATEWAY_STATUS),
                topics.modelPartition(model),
                status.getGatewayId().getBytes(StandardCharsets.UTF_8),
                codec.encode(Topic.GATEWAY_STATUS, status));
    }

    private ProducerRecord<byte[], byte[]> point() {
        GatewayMetrics.Counted now = counted();
        Optional<ServingModel> serving = slot.current();
        Map<String, Double> values = GatewayMetrics.values(before, now, serving, clock);
        counters.reloadSeconds().ifPresent(seconds -> values.put("reload_seconds", seconds));
        before = now;
        return metrics.point(model, serving.map(ServingModel::version).orElse(0L), values);
    }

    private GatewayMetrics.Counted counted() {
        return new GatewayMetrics.Counted(
                counters.snapshot(), guard.snapshot(), feedback.snapshot());
    }

    /** Makes a record; asks the schema registry the first time. */
    private interface Message {
        ProducerRecord<byte[], byte[]> make();
    }

    private boolean delivered(Message message) throws InterruptedException {
        try {
            ProducerRecord<byte[], byte[]> record = message.make();
            if (producer == null) {
                producer = connect();
            }
            producer.send(record).get(SEND_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            failing = false;
            return true;
        } catch (KafkaException | ExecutionException | TimeoutException unsent) {
            if (!failing) {
                LOG.warn(
                        "event=report_not_sent error=\"{}\" next=\"trying again\"",
                        unsent.toString());
            }
            failing = true;
            return false;
        }
    }

    private Producer<byte[], byte[]> connect() {
        return new Clients(cluster)
                .producer(
                        clientId,
                        Map.of(
                                "max.block.ms", 1000,
                                "request.timeout.ms", 2000,
                                "delivery.timeout.ms", 3000,
                                "buffer.memory", 4L << 20));
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(SEND_PATIENCE);
        }
        codec.close();
    }
}
