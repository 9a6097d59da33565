package io.decant.trainer.join;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.config.DataFolder;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.monitor.Monitor;
import io.decant.pipeline.pause.PauseState;
import io.decant.pipeline.pause.PauseWatch;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.service.Service;
import io.decant.pipeline.source.SourceCheck;
import io.decant.pipeline.source.SourceSettings;
import io.decant.pipeline.stage.ForwardClock;
import io.decant.pipeline.topics.StartupCheck;
import io.decant.pipeline.topics.TopicCreator;
import io.decant.pipeline.topics.TopicWatch;
import io.decant.pipeline.trace.Traces;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running joiner: checks its surroundings, runs {@link JoinTopology} on Kafka Streams, reports
 * counts. Work that the surroundings interrupt begins anew a bounded number of times; then, and
 * after a bug, the service ends with the failure. <i>Thread-safe.</i>
 */
public final class JoinerService implements Service {
    static final String NAME = "joiner";
    private static final Logger LOG = LoggerFactory.getLogger(JoinerService.class);

    private static final List<Topic> WATCHED =
            List.of(Topic.SAMPLES, Topic.SOFT_TARGETS, Topic.LABELS, Topic.TRAINING_PAIRS);

    private static final Duration METRICS_PATIENCE = Duration.ofSeconds(5);

    private final KafkaStreams streams;
    private final JoinCounters counters;
    private final ScheduledExecutorService metricsThread;
    private final Producer<byte[], byte[]> metricsProducer;
    private final RecordCodec metricsCodec;
    private final JoinMetrics metrics;
    private final Monitor monitor;
    private final Traces traces;
    private final InstantSource waits;
    private final ClusterWatch watch;
    private final PauseWatch pause;
    private final Duration stopPatience;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final RestartPolicy restartPolicy;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> running = new CompletableFuture<>();

    private JoinerService(JoinerConfig config, Monitor monitor, InstantSource clock) {
        this.monitor = monitor;
        waits = new ForwardClock(clock);
        stopPatience = config.stopPatience();
        Clients clients = new Clients(config.cluster());
        counters = new JoinCounters();
        traces = Traces.of(NAME, config.tracing());
        restartPolicy = new RestartPolicy(config.restarts());
        JoinSetup setup =
                new JoinSetup(
                        config,
                        () -> new RecordCodec(config.cluster()),
                        () ->
                                clients.consumer(
                                        NAME + "-samples",
                                        Map.of("max.poll.records", config.fetchSamples())),
                        clock,
                        counters,
                        traces);
        streams = new KafkaStreams(JoinTopology.of(setup), StreamsSettings.of(config));
        streams.setUncaughtExceptionHandler(this::onFailure);
        streams.setStateListener((now, before) -> onState(now));
        // Until the watch has read the orders, as if one had paused it.
        streams.pause();
        metricsProducer = clients.producer(NAME + "-metrics", Map.of());
        metricsCodec = new RecordCodec(config.cluster());
        metrics =
                new JoinMetrics(
                        counters,
                        monitor.reporter("counts", metricsCodec),
                        metricsProducer,
                        new StreamsLoad(streams::metrics, counters, monitor.meter(), waits));
        watch =
                new ClusterWatch(
                        TopicWatch.over(
                                config.cluster(),
                                topic -> config.source().name(topic, config.cluster().topics()),
                                NAME + "-topics",
                                WATCHED,
                                config.startupPatience()),
                        StreamsSettings.applicationId(config),
                        config.outagePatience(),
                        waits,
                        this::stop);
        pause =
                PauseWatch.start(
                        config.pause(),
                        config.cluster(),
                        NAME,
                        config.cluster().prefix() + NAME + "-pause",
                        clock,
                        config.stopPatience(),
                        this::heedPause);
        metricsThread =
                Executors.newSingleThreadScheduledExecutor(
                        task -> {
                            Thread thread = new Thread(task, NAME + "-metrics");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * Checks everything and starts.
     *
     * @param clock tells the wall-clock time that bounds event times
     * @throws ConfigurationException with every problem found
     */
    public static JoinerService start(JoinerConfig config, InstantSource clock) {
        Topics topics = config.cluster().topics();
        DataFolder.make(NAME, "state-dir", config.stateDir());
        StartupCheck.verify(
                NAME,
                config.cluster(),
                new SourceCheck(config.source(), StreamsSettings.applicationId(config)),
                List.of(
                        Topic.SAMPLES,
                        Topic.SOFT_TARGETS,
                        Topic.LABELS,
                        Topic.TRAINING_PAIRS,
                        Topic.DEAD_LETTERS,
                        Topic.CONTROL,
                        Topic.TRAINING_METRICS),
                config.startupPatience());
        try (Admin admin = new Clients(config.cluster()).admin(NAME + "-start")) {
            String samples = config.source().name(Topic.SAMPLES, topics);
            Optional<String> problem =
                    SamplesRetention.problem(
                            samples, settings(admin, samples, config), config.window());
            if (problem.isPresent()) {
                throw new ConfigurationException(NAME, List.of(problem.get()));
            }
            // Kafka Streams would create it too, but would write before its leaders are ready.
            TopicCreator.create(
                    admin,
                    List.of(
                            new NewTopic(
                                            JoinTopology.changelog(
                                                    StreamsSettings.applicationId(config)),
                                            Optional.of(topics.samplePartitions()),
                                            Optional.empty())
                                    .configs(JoinTopology.changelogSettings())),
                    config.startupPatience());
            new FirstOffsets(
                            admin,
                            StreamsSettings.applicationId(config),
                            config.startAt(),
                            config.startupPatience())
                    .commit(sources(config.source(), topics));
        }
        LOG.info("service={} event=starting config={}", NAME, Configuration.effective(config));
        Monitor monitor =
                new Monitor(
                        new Monitor.Identity(NAME, Monitor.Identity.ofProcess(), NAME),
                        config.monitor(),
                        config.cluster(),
                        JoinMetrics.ALL,
                        clock);
        JoinerService service = new JoinerService(config, monitor, clock);
        try {
            service.begin(config.metricsInterval());
            return service;
        } catch (RuntimeException failed) {
            service.close();
            throw failed;
        }
    }

    private static List<TopicPartition> sources(SourceSettings source, Topics topics) {
        return Stream.of(Topic.SAMPLES, Topic.SOFT_TARGETS, Topic.LABELS)
                .flatMap(
                        topic ->
                                IntStream.range(0, topics.partitions(topic))
                                        .mapToObj(
                                                p ->
                                                        new TopicPartition(
                                                                source.name(topic, topics), p)))
                .distinct()
                .toList();
    }

    private static Config settings(Admin admin, String topic, JoinerConfig config) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            return admin.describeConfigs(List.of(resource))
                    .values()
                    .get(resource)
                    .get(config.startupPatience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unanswered) {
            throw new ConfigurationException(
                    NAME,
                    List.of(
                            "the settings of topic "
                                    + topic
                                    + " cannot be read: "
                                    + unanswered.getMessage()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ConfigurationException(
                    NAME, List.of("interrupted while reading the settings of topic " + topic));
        }
    }

    private void begin(Duration metricsInterval) {
        // A periodic task has nothing to return; it reports its failures itself.
        var unusedTask =
                metricsThread.scheduleAtFixedRate(
                        metrics,
                        metricsInterval.toMillis(),
                        metricsInterval.toMillis(),
                        TimeUnit.MILLISECONDS);
        watch.start();
        var unused =
                pause.ended()
                        .whenComplete(
                                (done, failed) -> {
                                    if (failed != null) {
                                        stop(new KafkaException(failed.getMessage(), failed));
                                    }
                                });
        streams.start();
        monitor.health().readyUnless(this::whyNotReady);
        monitor.pausedWhile(pause::reason);
        monitor.started(ended);
    }

    private Optional<String> whyNotReady() {
        KafkaStreams.State state = streams.state();
        return state == KafkaStreams.State.RUNNING
                ? Optional.empty()
                : Optional.of("Kafka Streams is " + state);
    }

    /** Kafka Streams goes on committing and keeps its members while it is paused. */
    private void heedPause(PauseState now) {
        if (now.reason().isPresent()) {
            streams.pause();
        } else {
            streams.resume();
        }
    }

    private synchronized StreamThreadExceptionResponse onFailure(Throwable failed) {
        Throwable cause = Passing.innermost(failed);
        if (restartPolicy.restart(failed, watch.isOutage(), waits.millis())) {
            LOG.warn("service={} event=begins_anew error=\"{}\"", NAME, cause.toString());
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        LOG.error("service={} event=failed error=\"{}\"", NAME, cause.toString(), failed);
        failure.compareAndSet(null, watch.explain(failed));
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private void stop(RuntimeException reason) {
        if (failure.compareAndSet(null, reason)) {
            LOG.error("service={} event=failed error=\"{}\"", NAME, reason.getMessage());
            end(reason);
        }
    }

    private void onState(KafkaStreams.State now) {
        LOG.info("service={} event=state state={}", NAME, now);
        if (now == KafkaStreams.State.RUNNING) {
            running.complete(null);
        } else if (now == KafkaStreams.State.ERROR) {
            Throwable cause = failure.get();
            end(
                    cause == null
                            ? new IllegalStateException("the joiner's threads have all ended")
                            : cause);
        } else if (now == KafkaStreams.State.NOT_RUNNING) {
            end(failure.get());
        }
    }

    private void end(Throwable cause) {
        if (cause == null) {
            ended.complete(null);
            running.cancel(false);
        } else {
            ended.completeExceptionally(cause);
            running.completeExceptionally(cause);
        }
    }

    /** Completes when every partition's state is restored and records flow for the first time. */
    public CompletableFuture<Void> running() {
        return running;
    }

    /** What this process has counted since it started, by metric name. */
    public Map<String, Long> counts() {
        return counters.snapshot();
    }

    @Override
    public Optional<String> paused() {
        return pause.reason();
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        watch.close();
        pause.close();
        if (!streams.close(
                CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                        .withTimeout(stopPatience))) {
            LOG.warn("service={} event=not_closed_within millis={}", NAME, stopPatience.toMillis());
        }
        reportLast();
        metricsProducer.close(METRICS_PATIENCE);
        metricsCodec.close();
        monitor.close();
        traces.close();
        end(failure.get());
    }

    /** The last point holds the final counts. */
    private void reportLast() {
        metricsThread.execute(metrics);
        metricsThread.shutdown();
        try {
            if (!metricsThread.awaitTermination(
                    METRICS_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                metricsThread.shutdownNow();
            }
        } catch (InterruptedException stopped) {
            metricsThread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
