package io.decant.cli.demo;

import io.decant.cli.Shown;
import io.decant.cli.run.RunWatch;
import io.decant.cli.run.SampleFeed;
import io.decant.cli.run.Sparkline;
import io.decant.cli.run.StackSettings;
import io.decant.cli.run.StreamPlan;
import io.decant.cli.run.StreamPredictions;
import io.decant.cli.run.TeacherSource;
import io.decant.cli.run.Vigil;
import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.dev.stack.ServiceStack;
import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.gateway.GatewayService;
import io.decant.model.torch.ScriptStudent;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.CheckpointManifest;
import io.decant.records.DType;
import io.decant.records.Tensor;
import io.decant.teacher.TeacherService;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerProgress;
import io.decant.trainer.TrainerService;
import java.io.PrintStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/**
 * The stream of one run, from the first sample to the version that has learned them all. <i>Owned
 * by the main thread.</i>
 */
final class DemoRun implements AutoCloseable {
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int MIN_LABELS_FOR_SHADOW = 1000;

    private final DemoOptions options;
    private final ClusterSettings cluster;
    private final StreamPlan plan;
    private final IdxDataset dataset;
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
    private final Vigil vigil;
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
        this.vigil = new Vigil(stack, LOOK);
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
        vigil.start(
                "demo-watch",
                () -> new RunWatch(cluster, "decant-demo-watch", StackSettings.MODEL, seen));
        try (ProgressLine line = new ProgressLine(out)) {
            until(line, "the trainer to lead the model", () -> trainer.progress().leading());
            until(line, "the teacher to be given samples", answering::isAnswering);
        }
        SampleFeed.Source source =
                new SampleFeed.Source(
                        plan,
                        item -> tensor(training, item),
                        samples.ids(),
                        labels.ids(),
                        options.rate(),
                        SampleFeed.NO_LIMIT);
        vigil.start(
                "demo-feed", () -> new SampleFeed("decant-demo-feed", cluster, source, clock, fed));
        try (ProgressLine line = new ProgressLine(out)) {
            until(
                    line,
                    "the gateway to serve a first version",
                    () -> gateway.serving().isPresent());
            vigil.start(
                    "demo-requests",
                    () ->
                            new RequestLoad(
                                    infer,
                                    Demo.requestBodies(dataset),
                                    Demo.requestsPerSecond(),
                                    answers));
            until(line, "the samples to be produced", () -> fed.finished().isDone());
            until(line, "every sample to reach the training journal", this::journalComplete);
            finalVersion =
                    vigil.result(
                            "the trainer to learn the rest",
                            () -> line.show(state()),
                            trainer.finish());
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

    private static Tensor tensor(IdxSplit split, StreamPlan.Item item) {
        return new Tensor(
                DType.valueOf(split.dtype().name()),
                split.shape(),
                ByteBuffer.wrap(split.sample(item.index())));
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
                        IntStream.range(0, plan.samples())
                                .filter(position -> plan.item(position).label().isPresent())
                                .mapToObj(plan::sampleId))
                == 0;
    }

    private void until(ProgressLine line, String what, BooleanSupplier reached)
            throws InterruptedException {
        vigil.until(what, () -> line.show(state()), reached);
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
    Report result(TeacherSource source, StreamPredictions clean, DoubleSupplier wallSeconds)
            throws InterruptedException {
        CheckpointManifest manifest = finalSeen().manifest();
        int[] student = scores.gateway(infer, finalVersion);
        // From here on the processor belongs to the measurement of single answers.
        vigil.stop();
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
        vigil.close();
    }
}
