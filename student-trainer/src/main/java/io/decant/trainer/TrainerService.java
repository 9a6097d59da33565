package io.decant.trainer;

import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.Precision;
import io.decant.model.torch.Torch;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.monitor.Monitor;
import io.decant.pipeline.pause.PauseWatch;
import io.decant.pipeline.service.Service;
import io.decant.pipeline.stage.StageRunner;
import io.decant.pipeline.topics.StartupCheck;
import io.decant.topics.Topic;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.PredictionListener;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running trainer: learns one model from the journal and publishes its versions.
 * <i>Thread-safe.</i>
 */
public final class TrainerService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(TrainerService.class);
    private static final List<Topic> NEEDED =
            List.of(
                    Topic.TRAINING_PAIRS,
                    Topic.MODEL_REGISTRY,
                    Topic.MODEL_WEIGHTS,
                    Topic.TRAINER_STATE,
                    Topic.LINEAGE,
                    Topic.CONTROL,
                    Topic.GATEWAY_STATUS,
                    Topic.TRAINING_METRICS,
                    Topic.DEAD_LETTERS);

    /** Number of the process and name of the host. */
    private static final String PROCESS = ManagementFactory.getRuntimeMXBean().getName();

    /** What a processor needs to multiply in bf16 faster than in fp32. */
    private static final String AMX = "amx_bf16";

    /** Finish requests that may wait; more are refused. */
    private static final int MAX_REQUESTS = 16;

    private final BlockingQueue<Finish> requests;
    private final AtomicReference<TrainerStage> stage;
    private final StageRunner runner;
    private final PauseWatch pause;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Monitor monitor;

    private TrainerService(
            BlockingQueue<Finish> requests,
            AtomicReference<TrainerStage> stage,
            StageRunner runner,
            PauseWatch pause,
            Monitor monitor) {
        this.monitor = monitor;
        this.requests = requests;
        this.stage = stage;
        this.runner = runner;
        this.pause = pause;
        var unusedEnd = runner.ended().whenComplete((done, failure) -> end(failure));
        var unusedPause = pause.ended().whenComplete((done, failure) -> failIf(failure));
    }

    private void end(Throwable failure) {
        failIf(failure);
        ended.complete(null);
    }

    private void failIf(Throwable failure) {
        if (failure != null) {
            ended.completeExceptionally(failure);
        }
    }

    /**
     * Checks configuration and cluster, and starts.
     *
     * @throws ConfigurationException with every problem found
     */
    public static TrainerService start(TrainerConfig config, InstantSource clock) {
        return start(config, clock, PredictionListener.NONE);
    }

    /**
     * As {@link #start(TrainerConfig, InstantSource)}, with a listener that hears of the student's
     * predictions.
     */
    public static TrainerService start(
            TrainerConfig configured, InstantSource clock, PredictionListener listener) {
        TrainerConfig config;
        try {
            config = configured.resolved();
            config.learning();
        } catch (RuntimeException refused) {
            // Records of the model's module refuse bad values with a sentence of their own.
            throw new ConfigurationException(
                    "trainer", List.of(String.valueOf(refused.getMessage())));
        }
        config.signing().read();
        StartupCheck.verify(
                "trainer", config.cluster(), NEEDED, config.recovery().startupPatience());
        LOG.info(
                "service=trainer event=starting configuration={}", Configuration.effective(config));
        if (config.gate().isOn() && config.gate().share() == 0) {
            LOG.warn(
                    "service=trainer event=gate_without_samples gate.share=0 next=\"only pairs that the journal marks as gate pairs are judged with\"");
        }
        if (config.model().precision() == Precision.BF16
                && !config.trainedOn().isGpu()
                && !Torch.cpuCapability().contains(AMX)) {
            LOG.warn(
                    "service=trainer event=slow_precision model.precision=bf16 reason=\"this processor has no {}\" next=\"fp32 is likely to be faster here\"",
                    AMX);
        }
        String name = config.model().name();
        Monitor monitor =
                new Monitor(
                        new Monitor.Identity("trainer", PROCESS, name),
                        config.monitor(),
                        config.cluster(),
                        TrainerMetrics.ALL,
                        clock);
        BlockingQueue<Finish> requests = new ArrayBlockingQueue<>(MAX_REQUESTS);
        AtomicReference<TrainerStage> stage = new AtomicReference<>();
        PauseWatch pause;
        try {
            pause =
                    PauseWatch.start(
                            config.pause(),
                            config.cluster(),
                            "trainer",
                            config.cluster().prefix() + "trainer-" + name + "-pause",
                            clock,
                            config.recovery().stopPatience(),
                            now -> {});
        } catch (ConfigurationException unreadable) {
            monitor.close();
            throw unreadable;
        }
        StageRunner runner =
                StageRunner.start(
                        "trainer-" + name,
                        () -> {
                            TrainerStage made =
                                    new TrainerStage(
                                            config,
                                            clock,
                                            listener,
                                            requests,
                                            monitor,
                                            pause::reason,
                                            PROCESS);
                            stage.set(made);
                            return made;
                        },
                        config.recovery().stopPatience());
        monitor.health().readyUnless(() -> whyNotReady(stage.get()));
        monitor.pausedWhile(pause::reason);
        TrainerService service = new TrainerService(requests, stage, runner, pause, monitor);
        monitor.started(service.ended);
        return service;
    }

    private static Optional<String> whyNotReady(TrainerStage made) {
        return made == null ? Optional.of("the trainer warms up") : made.trouble();
    }

    /**
     * Learns everything that the journal holds now, the open batches too, and publishes it as a
     * finished version.
     *
     * @return completes with the version's number when it is committed; exceptionally when the
     *     trainer stops before
     * @throws IllegalStateException when too many requests wait already
     */
    public CompletableFuture<Long> finish() {
        Finish asked = new Finish();
        if (!requests.offer(asked)) {
            throw new IllegalStateException(MAX_REQUESTS + " requests to finish wait already");
        }
        CompletableFuture<Long> stopped =
                runner.ended()
                        .thenApply(
                                nothing -> {
                                    throw new IllegalStateException(
                                            "the trainer stopped before it had finished");
                                });
        return CompletableFuture.anyOf(asked.done, stopped).thenApply(Long.class::cast);
    }

    /** How far it is, as of the last turn. */
    public TrainerProgress progress() {
        TrainerStage made = stage.get();
        return made == null ? TrainerProgress.STANDING_BY : made.progress();
    }

    /** The specification of the newest version that this trainer committed. */
    public ModelSpec spec() {
        return committed().spec();
    }

    /** The student's averaged weights in that version: [parameters]. */
    public float[] averagedWeights() {
        return floats(committed().studentAverage());
    }

    /** The shadow's averaged weights in that version: [parameters]; empty when no shadow learns. */
    public Optional<float[]> shadowWeights() {
        return committed().shadowAverage().map(TrainerService::floats);
    }

    private LearnerState committed() {
        return progress()
                .published()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "this trainer has not published a version yet"))
                .state();
    }

    private static float[] floats(ByteBuffer littleEndian) {
        float[] values = new float[littleEndian.remaining() / Float.BYTES];
        littleEndian.asFloatBuffer().get(values);
        return values;
    }

    /** Asks the trainer to end, without waiting. */
    void stop() {
        runner.stop();
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
        runner.close();
        pause.close();
        monitor.close();
    }
}
