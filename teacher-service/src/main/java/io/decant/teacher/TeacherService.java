package io.decant.teacher;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.monitor.Monitor;
import io.decant.pipeline.pause.PauseWatch;
import io.decant.pipeline.service.Service;
import io.decant.pipeline.source.SourceCheck;
import io.decant.pipeline.stage.StageRunner;
import io.decant.pipeline.topics.StartupCheck;
import io.decant.teacher.metrics.TeacherMetrics;
import io.decant.teacher.reload.Handover;
import io.decant.teacher.reload.Successors;
import io.decant.teacher.reload.TeacherFileStage;
import io.decant.topics.Topic;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of a teacher: answers samples with soft targets until it is closed.
 * <i>Thread-safe.</i>
 */
public final class TeacherService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(TeacherService.class);
    private static final Set<Topic> TOPICS =
            EnumSet.of(
                    Topic.SAMPLES,
                    Topic.SOFT_TARGETS,
                    Topic.DEAD_LETTERS,
                    Topic.MODEL_REGISTRY,
                    Topic.CONTROL,
                    Topic.TRAINING_METRICS);

    private static final Set<Topic> FOLLOWED = EnumSet.of(Topic.MODEL_WEIGHTS);

    private final StageRunner runner;
    private final Optional<StageRunner> watch;
    private final FollowedModels models;
    private final PauseWatch pause;
    private final AtomicReference<TeacherStage> stage;
    private final Monitor monitor;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private TeacherService(
            StageRunner runner,
            Optional<StageRunner> watch,
            FollowedModels models,
            PauseWatch pause,
            AtomicReference<TeacherStage> stage,
            Monitor monitor) {
        this.monitor = monitor;
        this.runner = runner;
        this.watch = watch;
        this.models = models;
        this.pause = pause;
        this.stage = stage;
        var unused =
                runner.ended()
                        .whenComplete(
                                (done, failure) -> {
                                    failIf(failure);
                                    ended.complete(done);
                                });
        // Bad files and versions are refused, so a helper that fails has met a bug: all is over.
        watch.map(StageRunner::ended).ifPresent(this::endWith);
        models.ended().forEach(this::endWith);
        endWith(pause.ended());
    }

    private void endWith(CompletableFuture<Void> helper) {
        var unused = helper.whenComplete((done, failure) -> failIf(failure));
    }

    private void failIf(Throwable failure) {
        if (failure != null) {
            ended.completeExceptionally(failure);
        }
    }

    /**
     * Checks everything, warms the teacher up, and starts to answer.
     *
     * @throws ConfigurationException with every problem found: broker, registry, topics, teacher's
     *     file
     */
    public static TeacherService start(TeacherConfig config, InstantSource clock) {
        LOG.info("service=teacher event=configured settings={}", Configuration.effective(config));
        List<String> problems = new ArrayList<>();
        checkCluster(config, problems);
        Optional<TeacherFile> file =
                config.teacher().file().flatMap(path -> TeacherFile.open(config, path, problems));
        Optional<Monitor> monitor = Optional.empty();
        try {
            if (!problems.isEmpty()) {
                throw new ConfigurationException("teacher", problems);
            }
            monitor = Optional.of(monitor(config, clock));
            return start(config, file, FollowedModels.start(config, clock), monitor.get(), clock);
        } catch (ConfigurationException wrong) {
            file.ifPresent(opened -> opened.model().close());
            monitor.ifPresent(Monitor::close);
            throw wrong;
        }
    }

    private static Monitor monitor(TeacherConfig config, InstantSource clock) {
        String id = config.teacher().id();
        return new Monitor(
                new Monitor.Identity("teacher", id + "-" + config.slot(), id),
                config.monitor(),
                config.cluster(),
                TeacherMetrics.ALL,
                clock);
    }

    private static void checkCluster(TeacherConfig config, List<String> problems) {
        Set<Topic> topics = EnumSet.copyOf(TOPICS);
        if (!config.followedModels().isEmpty()) {
            topics.addAll(FOLLOWED);
        }
        try {
            StartupCheck.verify(
                    "teacher",
                    config.cluster(),
                    new SourceCheck(config.source(), config.group()),
                    topics,
                    config.startupPatience());
        } catch (ConfigurationException wrong) {
            problems.addAll(wrong.problems());
        }
    }

    private static TeacherService start(
            TeacherConfig config,
            Optional<TeacherFile> file,
            FollowedModels models,
            Monitor monitor,
            InstantSource clock) {
        String name = "teacher-" + config.teacher().id() + "-" + config.slot();
        Handover handover = new Handover();
        Optional<TeacherFileStage> look =
                file.flatMap(opened -> opened.watch(config, name, handover));
        PauseWatch pause =
                PauseWatch.start(
                        config.pause(),
                        config.cluster(),
                        "teacher",
                        config.transactionalId() + "-pause",
                        clock,
                        config.stopPatience(),
                        now -> {});
        AtomicReference<TeacherStage> stage = new AtomicReference<>();
        StageRunner runner =
                StageRunner.start(
                        name,
                        () -> {
                            stage.set(
                                    TeacherStage.open(
                                            config,
                                            file.map(TeacherFile::ready),
                                            models.teachers()
                                                    .map(Successors.class::cast)
                                                    .orElse(handover),
                                            models.student(),
                                            TeacherClients.of(config),
                                            pause::reason,
                                            monitor,
                                            clock));
                            return stage.get();
                        },
                        config.stopPatience());
        Optional<StageRunner> watch =
                look.map(each -> StageRunner.start(each.name(), () -> each, config.stopPatience()));
        monitor.health()
                .readyUnless(
                        () ->
                                stage.get() == null
                                        ? Optional.of("the teacher is getting ready")
                                        : Optional.empty());
        monitor.pausedWhile(pause::reason);
        TeacherService service = new TeacherService(runner, watch, models, pause, stage, monitor);
        monitor.started(service.ended);
        return service;
    }

    /** Whether this process answers samples: it has been given partitions of them. */
    public boolean isAnswering() {
        TeacherStage running = stage.get();
        return running != null && running.hasPartitions();
    }

    /** How far this process has come. */
    public TeacherProgress progress() {
        TeacherStage running = stage.get();
        return running == null ? new TeacherProgress(0, 0, 0) : running.progress();
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
        watch.ifPresent(StageRunner::close);
        runner.close();
        pause.close();
        models.close();
        monitor.close();
    }
}
