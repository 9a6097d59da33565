package io.decant.cli.demo;

import io.decant.cli.CommandFailure;
import io.decant.cli.Shown;
import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.dev.stack.ServiceStack;
import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.gateway.GatewayService;
import io.decant.model.torch.ScriptStudent;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.stage.StageRunner;
import io.decant.records.CheckpointManifest;
import io.decant.records.DType;
import io.decant.teacher.TeacherService;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerProgress;
import io.decant.trainer.TrainerService;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/**
 * The stream of one run, from the first sample to the version that has learned them all. <i>Owned
 * by the main thread.</i>
 */
final class DemoRun implements AutoCloseable {
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration STALL = Duration.ofSeconds(60);
    private static final int MIN_LABELS_FOR_SHADOW = 1000;

    private final DemoOptions options;
    private final ClusterSettings cluster;
    private final StreamPlan plan;
    private final IdxDataset dataset;
    private final ServiceStack stack;
    private final TeacherService answering;
    private final TrainerService trainer;
    private final GatewayService gateway;
    private final URI infer;
    private final InstantSource clock;
    private final PrintStream out;
    private final SampleFeed.Progress fed = new SampleFeed.Progress();
    private final RunWatch.View seen = new RunWatch.View();
    private final RequestLoad.Counters answers = new RequestLoad.Counters();
    private final ConcurrentLinkedQueue<ServingSlot.Swap> swaps = new ConcurrentLinkedQueue<>();
    private final List<StageRunner> runners = new ArrayList<>();
    private OptionalLong startedBefore = OptionalLong.empty();
    private final HoldOutScores scores;
    private long finalVersion;

    DemoRun(
            DemoOptions options,
            ClusterSettings cluster,
            StreamPlan plan,
            IdxDataset dataset,
            ServiceStack stack,
            TeacherService answering,
            TrainerService trainer,
            GatewayService gateway,
            URI infer,
            InstantSource clock,
            PrintStream out) {
        this.options = options;
        this.cluster = cluster;
        this.plan = plan;
        this.dataset = dataset;
        this.stack = stack;
        this.answering = answering;
        this.trainer = trainer;
        this.gateway = gateway;
        this.infer = infer;
        this.clock = clock;
        this.out = out;
        this.scores = new HoldOutScores(dataset.test(), options.student().map(ScriptStudent::open));
        gateway.onSwap(swaps::add);
    }

    /** Streams everything and returns when a version that has learned all of it is served. */
    void stream(ProducedBefore samples, ProducedBefore labels) throws InterruptedException {
        startedBefore = samples.firstMillis();
        IdxSplit training = dataset.training();
        runners.add(Demo.start("demo-watch", () -> new RunWatch(cluster, "student", seen)));
        try (ProgressLine line = new ProgressLine(out)) {
            until(line, "the trainer to lead the model", () -> trainer.progress().leading());
            until(line, "the teacher to be given samples", answering::isAnswering);
        }
        runners.add(
                Demo.start(
                        "demo-feed",
                        () ->
                                new SampleFeed(
                                        cluster,
                                        plan,
                                        training::sample,
                                        DType.valueOf(training.dtype().name()),
                                        training.shape(),
                                        samples.ids(),
                                        labels.ids(),
                                        options.rate(),
                                        clock,
                                        fed)));
        try (ProgressLine line = new ProgressLine(out)) {
            until(
                    line,
                    "the gateway to serve a first version",
                    () -> gateway.serving().isPresent());
            runners.add(
                    Demo.start(
                            "demo-requests",
                            () ->
                                    new RequestLoad(
                                            infer,
                                            Demo.requestBodies(dataset),
                                            Demo.requestsPerSecond(),
                                            answers)));
            until(line, "the samples to be produced", () -> fed.finished().isDone());
            until(line, "every sample to reach the training journal", this::journalComplete);
            finalVersion = finish(line);
            until(
                    line,
                    "the gateway to serve version " + finalVersion,
                    () -> gateway.serving().map(s -> s.version() >= finalVersion).orElse(false));
            until(
                    line,
                    "the last version to be seen",
                    () -> seen.version(finalVersion).isPresent());
        }
    }

    private long finish(ProgressLine line) throws InterruptedException {
        var finishing = trainer.finish();
        until(line, "the trainer to learn the rest", finishing::isDone);
        try {
            return finishing.get();
        } catch (ExecutionException failed) {
            throw new CommandFailure(
                    "the trainer could not finish: " + failed.getCause().getMessage(),
                    failed.getCause());
        }
    }

    /**
     * Each sample has its pair or its dead letter, and each label that came after its pair has its
     * correction.
     */
    private boolean journalComplete() {
        if (seen.pairs() + seen.deadLetters() < plan.samples()) {
            return false;
        }
        return seen.awaitingCorrection(
                        Arrays.stream(plan.order())
                                .filter(index -> plan.label(index).isPresent())
                                .mapToObj(plan::sampleId))
                == 0;
    }

    /** Waits with live progress; a wait in which nothing moves any more ends with a sentence. */
    private void until(ProgressLine line, String what, BooleanSupplier reached)
            throws InterruptedException {
        long moved = System.nanoTime();
        String before = "";
        while (!reached.getAsBoolean()) {
            failIfBroken();
            String now = line.show(state());
            if (!now.equals(before)) {
                before = now;
                moved = System.nanoTime();
            } else if (System.nanoTime() - moved > STALL.toNanos()) {
                throw new CommandFailure(
                        "nothing has moved for "
                                + STALL.toSeconds()
                                + " s while waiting for "
                                + what
                                + " ("
                                + now
                                + ")");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void failIfBroken() {
        Optional<Throwable> failed = stack.failure();
        if (failed.isPresent()) {
            throw new CommandFailure(
                    "a service stopped: " + failed.get().getMessage(), failed.get());
        }
        for (StageRunner runner : runners) {
            if (runner.ended().isCompletedExceptionally()) {
                Throwable cause = runner.ended().handle((done, failure) -> failure).join();
                throw new CommandFailure(
                        "the demo's own work failed: " + cause.getMessage(), cause);
            }
        }
    }

    private ProgressLine.State state() {
        TrainerProgress progress = trainer.progress();
        return new ProgressLine.State(
                fed.samples(),
                plan.samples(),
                seen.pairs(),
                progress.pairs(),
                progress.prequentialStudent(),
                progress.prequentialShadow(),
                progress.prequentialTeacher(),
                gateway.serving().map(ServingModel::version).orElse(0L),
                answers.requests(),
                answers.failed());
    }

    private RunWatch.View.Version finalSeen() {
        return seen.version(finalVersion).orElseThrow();
    }

    /** Measures the hold-out and puts the report together. */
    Report result(TeacherSource source, PrequentialClean clean, DoubleSupplier wallSeconds)
            throws InterruptedException {
        CheckpointManifest manifest = finalSeen().manifest();
        int[] student = GatewayHoldOut.classes(infer, dataset.test(), finalVersion);
        // From here on the processor belongs to the measurement of single answers.
        runners.forEach(StageRunner::stop);
        int[] teacher = scores.teacher(source.file());
        scores.student(
                "student, through the gateway", trainer.spec(), student, trainer.averagedWeights());
        Double shadow = null;
        if (plan.labels() >= MIN_LABELS_FOR_SHADOW && trainer.shadowWeights().isPresent()) {
            shadow =
                    scores.student(
                            "shadow (labels only)", trainer.spec(), trainer.shadowWeights().get());
        }
        Freshness freshness = freshness();
        // What waited while the run was interrupted says nothing about freshness.
        long warm =
                fed.firstAppendedMillis() == 0
                        ? Long.MAX_VALUE
                        : fed.firstAppendedMillis() + WARM_UP.toMillis();
        long started = startedBefore.orElse(fed.firstAppendedMillis());
        double learned = (finalSeen().seenAtMillis() - started) / 1000.0;
        return new Report(
                dataset.name(),
                plan.samples(),
                plan.labels(),
                manifest.getMetrics().get("prequential_accuracy_student"),
                clean.accuracy(),
                scores.accuracy(student),
                scores.accuracy(teacher),
                shadow,
                HoldOutScores.share(student, teacher),
                manifest.getVersion(),
                gateway.counters().reloads(),
                answers.requests(),
                answers.failed(),
                boxed(freshness.quantileMillis(0.5, warm)),
                boxed(freshness.quantileMillis(0.99, warm)),
                plan.samples() / learned,
                wallSeconds.getAsDouble(),
                BrokerLogs.bytes(cluster, Topic.SOFT_TARGETS) / (double) plan.samples(),
                bytesPerVersion(),
                Shown.hex(manifest.getEmaDigest()),
                Shown.hex(manifest.getWeightsDigest()),
                source.trainedInRun(),
                source.overlap(),
                seen.deadLetters());
    }

    private Freshness freshness() {
        return Freshness.of(seen, List.copyOf(swaps), cluster.samplePartitions());
    }

    private List<CheckpointManifest> manifests() {
        return seen.versions().stream().map(RunWatch.View.Version::manifest).toList();
    }

    private Double bytesPerVersion() {
        return Shown.boxed(BytesInStep.mean(List.copyOf(swaps), BytesInStep.deltas(manifests())));
    }

    String table() {
        List<Double> curve =
                manifests().stream()
                        .map(
                                manifest ->
                                        manifest.getMetrics()
                                                .get("prequential_accuracy_sliding_student"))
                        .filter(value -> value != null)
                        .toList();
        String text = ClosingTable.of(scores.rows());
        return curve.size() < 2
                ? text
                : text
                        + String.format(
                                Locale.ROOT,
                                "%n  prequential accuracy, sliding: %s%n",
                                Sparkline.of(curve, 60, 0.5, 1));
    }

    /** What a page shows of the run when its report is there. */
    DemoPage.Facts facts(Report report) {
        return new DemoPage.Facts(
                report,
                options,
                scores.rows(),
                trainer.spec(),
                seen,
                List.copyOf(swaps),
                freshness().bySwap(),
                dataset.test().size(),
                fed.firstAppendedMillis(),
                clock.instant());
    }

    private static Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    @Override
    public void close() {
        runners.forEach(StageRunner::stop);
        runners.forEach(StageRunner::close);
    }
}
