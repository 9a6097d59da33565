package io.decant.pipeline.monitor;

import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.metrics.Metric;
import io.decant.pipeline.metrics.MetricReporter;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.stage.StageRunner;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one service is watched: its meter of work, its health, its numbers at {@code /metrics} and in
 * training-metrics. The meter runs always; the port and the points in training-metrics only when
 * {@code monitor.enabled} says so. <i>Thread-safe.</i>
 */
public final class Monitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final Identity identity;
    private final MonitorSettings settings;
    private final ClusterSettings cluster;
    private final InstantSource clock;
    private final WorkMeter meter = new WorkMeter(System::nanoTime);
    private final Health health = new Health();
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Figures figures;
    private final Optional<MonitorServer> server;
    private volatile boolean started;
    private volatile Supplier<Optional<String>> paused = Optional::empty;
    private Optional<StageRunner> loads = Optional.empty();

    /**
     * Who is watched.
     *
     * @param service as in topics and commands: teacher, joiner, trainer, gateway
     * @param instance which process of it
     * @param model what its points are about; the service's name when it has no model
     */
    public record Identity(String service, String instance, String model) {
        /** A process that nothing else tells apart: process@host. */
        public static String ofProcess() {
            return ManagementFactory.getRuntimeMXBean().getName();
        }
    }

    /**
     * Opens the port; the service is not ready yet.
     *
     * @param metrics what the service shows, besides what every service does
     * @throws ConfigurationException if the address cannot be listened on
     */
    public Monitor(
            Identity identity,
            MonitorSettings settings,
            ClusterSettings cluster,
            List<Metric> metrics,
            InstantSource clock) {
        this.identity = identity;
        this.settings = settings;
        this.cluster = cluster;
        this.clock = clock;
        List<Metric> all = new ArrayList<>(Load.METRICS);
        all.addAll(metrics);
        figures = new Figures(registry, identity.service(), all);
        health.readyUnless(
                () -> started ? Optional.empty() : Optional.of("the service is starting"));
        health.turnsWithin(settings.stallLimit(), meter);
        server =
                settings.enabled()
                        ? Optional.of(
                                MonitorServer.start(identity.service(), settings, health, registry))
                        : Optional.empty();
        if (server.isPresent()) {
            bindProcess();
            LOG.info(
                    "service={} event=monitored address={}:{}",
                    identity.service(),
                    settings.host(),
                    server.get().port());
        }
    }

    private void bindProcess() {
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    /** What the service's main thread spends its time on. */
    public WorkMeter meter() {
        return meter;
    }

    /** What {@code /livez} and {@code /readyz} ask. */
    public Health health() {
        return health;
    }

    /**
     * A paused service is not ready.
     *
     * @param why it is paused, one sentence; empty while it is not
     */
    public void pausedWhile(Supplier<Optional<String>> why) {
        paused = why;
        health.readyUnless(why);
    }

    /** As {@link #pausedWhile}, of a service that goes on serving, and stays ready, meanwhile. */
    public void pausedAndServingWhile(Supplier<Optional<String>> why) {
        paused = why;
    }

    /**
     * Makes points for training-metrics that are shown at {@code /metrics} too.
     *
     * @param source which of the service's points these are; each shows its own
     * @param codec stays the caller's
     */
    public MetricReporter reporter(String source, RecordCodec codec) {
        return reporter((model, values) -> figures.show(source, model, values), codec);
    }

    /** As {@link #reporter}, whose points leave shown what they do not name. */
    public MetricReporter addingReporter(String source, RecordCodec codec) {
        return reporter((model, values) -> figures.showAlso(source, model, values), codec);
    }

    private MetricReporter reporter(MetricReporter.Shown shown, RecordCodec codec) {
        return new MetricReporter(
                identity.service(), identity.instance(), shown, cluster.topics(), codec, clock);
    }

    /**
     * The service runs.
     *
     * @param ended completes when it has stopped
     */
    public synchronized void started(CompletableFuture<?> ended) {
        health.aliveUntil(ended);
        started = true;
        if (settings.enabled() && loads.isEmpty()) {
            String name = identity.service() + "-" + identity.model() + "-monitor";
            loads = Optional.of(StageRunner.start(name, () -> loadStage(name), STOP_PATIENCE));
        }
    }

    private LoadStage loadStage(String name) {
        RecordCodec codec = new RecordCodec(cluster);
        return new LoadStage(
                name,
                identity.model(),
                cluster,
                settings.interval(),
                this::load,
                codec,
                reporter("load", codec),
                clock);
    }

    private Map<String, Double> load() {
        return Load.of(
                meter.read(),
                health.whyNotReady().isEmpty(),
                paused.get().isPresent(),
                clock.millis());
    }

    /** The port listened on; empty when the monitor is off. */
    public OptionalInt port() {
        return server.map(open -> OptionalInt.of(open.port())).orElse(OptionalInt.empty());
    }

    @Override
    public synchronized void close() {
        started = false;
        loads.ifPresent(StageRunner::close);
        server.ifPresent(MonitorServer::close);
        collections.close();
        registry.close();
    }
}
