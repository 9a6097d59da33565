package io.decant.teacher;

import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.teacher.TeacherModel;
import io.decant.model.torch.Torch;
import io.decant.model.torch.TorchSettings;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.service.Service;
import io.decant.pipeline.source.SampleSource;
import io.decant.pipeline.source.SourceCheck;
import io.decant.pipeline.stage.StageRunner;
import io.decant.pipeline.topics.StartupCheck;
import io.decant.teacher.reload.FileStamp;
import io.decant.teacher.reload.Handover;
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
                    Topic.TRAINING_METRICS);

    private final StageRunner runner;
    private final Optional<StageRunner> watch;
    private final AtomicReference<TeacherStage> stage;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private TeacherService(
            StageRunner runner, Optional<StageRunner> watch, AtomicReference<TeacherStage> stage) {
        this.runner = runner;
        this.watch = watch;
        this.stage = stage;
        var unused =
                runner.ended()
                        .whenComplete(
                                (done, failure) -> {
                                    failIf(failure);
                                    ended.complete(done);
                                });
        watch.ifPresent(this::endWith);
    }

    /** Bad files are refused, so a watch that fails has met a bug: the service is over too. */
    private void endWith(StageRunner looking) {
        var unused = looking.ended().whenComplete((done, failure) -> failIf(failure));
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
        try {
            StartupCheck.verify(
                    "teacher",
                    config.cluster(),
                    new SourceCheck(config.source(), config.group()),
                    TOPICS,
                    config.startupPatience());
        } catch (ConfigurationException wrong) {
            problems.addAll(wrong.problems());
        }
        // Looked at before it is opened, so that no change in between goes unnoticed.
        Optional<FileStamp> stamp = FileStamp.of(config.teacher().file());
        Optional<TeacherModel> opened = open(config, problems);
        try {
            opened.ifPresent(model -> config.encoding().encoding(model.classCount()));
            opened.ifPresent(config.hints()::requireFits);
        } catch (IllegalArgumentException unfit) {
            problems.add(unfit.getMessage());
        }
        opened.flatMap(model -> misfit(config.source().samples(), model.inputSpec()))
                .ifPresent(problems::add);
        if (!problems.isEmpty()) {
            opened.ifPresent(TeacherModel::close);
            throw new ConfigurationException("teacher", problems);
        }
        return start(config, opened.orElseThrow(), stamp.orElseThrow(), clock);
    }

    private static TeacherService start(
            TeacherConfig config, TeacherModel model, FileStamp stamp, InstantSource clock) {
        String name = "teacher-" + config.teacher().id() + "-" + config.slot();
        Handover handover = new Handover();
        Optional<TeacherFileStage> file =
                config.teacher().reload().check().isZero()
                        ? Optional.empty()
                        : Optional.of(
                                new TeacherFileStage(
                                        name + "-file",
                                        config.teacher().file(),
                                        stamp,
                                        model,
                                        config.teacher().input().spec(),
                                        config.teacher().reload().check(),
                                        handover));
        AtomicReference<TeacherStage> stage = new AtomicReference<>();
        StageRunner runner =
                StageRunner.start(
                        name,
                        () -> {
                            stage.set(
                                    TeacherStage.open(
                                            config,
                                            model,
                                            stamp.bytes(),
                                            handover,
                                            TeacherClients.of(config),
                                            clock));
                            return stage.get();
                        },
                        config.stopPatience());
        Optional<StageRunner> watch =
                file.map(look -> StageRunner.start(look.name(), () -> look, config.stopPatience()));
        return new TeacherService(runner, watch, stage);
    }

    private static Optional<TeacherModel> open(TeacherConfig config, List<String> problems) {
        try {
            Torch.start(new TorchSettings(config.threads()));
            return Optional.of(
                    TeacherModel.open(
                            config.teacher().file(),
                            config.teacher().input().spec(),
                            config.batch().size(),
                            config.hints().layers()));
        } catch (InvalidModelException | IllegalStateException unusable) {
            problems.add(unusable.getMessage());
            return Optional.empty();
        }
    }

    /** A mapping to other features than the teacher takes would refuse every sample. */
    private static Optional<String> misfit(SampleSource samples, InputSpec input) {
        if (samples.topic().isEmpty()) {
            return Optional.empty();
        }
        String maps = samples.dtype().orElseThrow() + " " + samples.shape();
        String takes = input.dtype() + " " + input.shape();
        return maps.equals(takes)
                ? Optional.empty()
                : Optional.of(
                        "source.samples.dtype and source.samples.shape say "
                                + maps
                                + "; expected "
                                + takes
                                + " as the teacher's file takes");
    }

    /** Whether this process answers samples: it has been given partitions of them. */
    public boolean isAnswering() {
        TeacherStage running = stage.get();
        return running != null && running.hasPartitions();
    }

    /** How far this process has come. */
    public TeacherProgress progress() {
        TeacherStage running = stage.get();
        return running == null ? new TeacherProgress(0, 0) : running.progress();
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public void close() {
        watch.ifPresent(StageRunner::close);
        runner.close();
    }
}
