package io.decant.cli.demo;

import io.decant.cli.CommandFailure;
import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.dev.stack.ServiceStack;
import io.decant.gateway.GatewayService;
import io.decant.gateway.reload.ServingModel;
import io.decant.gateway.reload.ServingSlot;
import io.decant.model.forward.StudentForward;
import io.decant.model.spec.ModelSpec;
import io.decant.model.teacher.TeacherModel;
import io.decant.model.torch.ScriptStudent;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.stage.StageRunner;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.teacher.TeacherService;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerProgress;
import io.decant.trainer.TrainerService;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.kafka.clients.admin.Admin;

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
    private final List<ClosingTable.Row> rows = new ArrayList<>();
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
        gateway.onSwap(swaps::add);
    }

    /** Streams everything and returns when a version that has learned all of it is served. */
    void stream(Set<String> samplesBefore, Set<String> labelsBefore) throws InterruptedException {
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
                                        training.shape(),
                                        samplesBefore,
                                        labelsBefore,
                                        options.rate(),
                                        clock,
                                        fed)));
        try (ProgressLine line = new ProgressLine(out)) {
            until(line, "the gateway to serve a first version", () -> !swaps.isEmpty());
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
            until(line, "the last version to be seen", () -> finalManifest().isPresent());
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

    private Optional<RunWatch.View.Version> finalManifest() {
        return seen.versions().stream()
                .filter(version -> version.manifest().getVersion() == finalVersion)
                .findFirst();
    }

    /** Measures the hold-out and puts the report together. */
    Report result(TeacherSource source, PrequentialClean clean, DoubleSupplier wallSeconds)
            throws InterruptedException {
        IdxSplit test = dataset.test();
        int[] truth = new int[test.size()];
        Arrays.setAll(truth, test::label);
        CheckpointManifest manifest = finalManifest().orElseThrow().manifest();
        int[] student = GatewayHoldOut.classes(infer, test, finalVersion);
        // From here on the processor belongs to the measurement of single answers.
        runners.forEach(StageRunner::stop);
        int[] teacher = teacher(source, truth);
        ModelSpec spec = trainer.spec();
        rows.add(
                row(
                        "student, through the gateway",
                        spec,
                        accuracy(student, truth),
                        trainer.averagedWeights()));
        Double shadow = null;
        if (plan.labels() >= MIN_LABELS_FOR_SHADOW && trainer.shadowWeights().isPresent()) {
            float[] weights = trainer.shadowWeights().get();
            shadow = accuracy(classes(spec, weights), truth);
            rows.add(row("shadow (labels only)", spec, shadow, weights));
        }

        Freshness freshness = freshness();
        long warm = fed.firstAppendedMillis() + WARM_UP.toMillis();
        double learned =
                (finalManifest().orElseThrow().seenAtMillis() - fed.firstAppendedMillis()) / 1000.0;
        Map<String, Double> metrics = manifest.getMetrics();
        return new Report(
                dataset.name(),
                plan.samples(),
                plan.labels(),
                metrics.get("prequential_accuracy_student"),
                clean.accuracy(),
                accuracy(student, truth),
                accuracy(teacher, truth),
                shadow,
                accuracy(student, teacher),
                manifest.getVersion(),
                gateway.counters().reloads(),
                answers.requests(),
                answers.failed(),
                boxed(freshness.quantileMillis(0.5, warm)),
                boxed(freshness.quantileMillis(0.99, warm)),
                plan.samples() / learned,
                wallSeconds.getAsDouble(),
                softTargetBytes(),
                bytesPerVersion(),
                hex(manifest.getEmaDigest()),
                hex(manifest.getWeightsDigest()),
                source.trainedInRun(),
                source.overlap(),
                seen.deadLetters());
    }

    private int[] teacher(TeacherSource source, int[] truth) {
        IdxSplit test = dataset.test();
        int[] classes = new int[test.size()];
        try (TeacherModel model = TeacherModel.open(source.file(), Optional.empty(), 1)) {
            float[] logits = new float[model.classCount()];
            long started = System.nanoTime();
            for (int i = 0; i < classes.length; i++) {
                model.input(0, test.sample(i), 0);
                model.score(1);
                model.logits(0, logits);
                classes[i] = argmax(logits);
            }
            double micros = (System.nanoTime() - started) / 1e3 / classes.length;
            rows.add(
                    0,
                    new ClosingTable.Row(
                            "teacher",
                            accuracy(classes, truth),
                            0,
                            Files.size(source.file()),
                            micros));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        return classes;
    }

    /** Numbers in a TorchScript file: its storages hold four bytes for each. */
    private static long parameters(Path file) throws IOException {
        try (ZipFile archive = new ZipFile(file.toFile())) {
            return archive.stream()
                            .filter(entry -> entry.getName().matches(".*/data/\\d+"))
                            .mapToLong(ZipEntry::getSize)
                            .sum()
                    / Float.BYTES;
        }
    }

    private ClosingTable.Row row(String name, ModelSpec spec, Double holdout, float[] weights) {
        long started = System.nanoTime();
        int answered = classes(spec, weights).length;
        double micros = (System.nanoTime() - started) / 1e3 / answered;
        return new ClosingTable.Row(
                name, holdout, spec.parameterCount(), 4L * spec.parameterCount(), micros);
    }

    private int[] classes(ModelSpec spec, float[] weights) {
        float[] logits = new float[spec.classCount()];
        int[] classes = new int[dataset.test().size()];
        try (StudentForward student =
                StudentForward.of(spec, weights, options.student().map(ScriptStudent::open))) {
            for (int i = 0; i < classes.length; i++) {
                student.logits(dataset.test().sample(i), 0, logits);
                classes[i] = argmax(logits);
            }
        }
        return classes;
    }

    private Freshness freshness() {
        Freshness freshness = new Freshness();
        int partitions = cluster.samplePartitions();
        for (RunWatch.View.FirstPair pair : seen.firstPairs()) {
            freshness.pair(pair.partition(), pair.offset(), pair.producedAtMillis());
        }
        // A partition that a version learned nothing from stays where its predecessor was.
        long[] learnedTo = new long[partitions];
        var versions = seen.versions();
        for (ServingSlot.Swap swap : swaps) {
            for (RunWatch.View.Version version : versions) {
                if (version.manifest().getVersion() <= swap.version()) {
                    long[] to = RunWatch.learnedTo(version.manifest(), partitions);
                    Arrays.setAll(learnedTo, p -> Math.max(learnedTo[p], to[p]));
                }
            }
            freshness.swap(learnedTo, swap.swappedAtMillis());
        }
        return freshness;
    }

    private Double softTargetBytes() {
        try (Admin admin = new Clients(cluster).admin("decant-demo-report")) {
            String topic = cluster.topics().name(Topic.SOFT_TARGETS);
            List<Integer> brokers =
                    admin.describeCluster().nodes().get(30, TimeUnit.SECONDS).stream()
                            .map(node -> node.id())
                            .toList();
            long bytes = 0;
            for (var folders :
                    admin.describeLogDirs(brokers)
                            .allDescriptions()
                            .get(30, TimeUnit.SECONDS)
                            .values()) {
                for (var folder : folders.values()) {
                    bytes +=
                            folder.replicaInfos().entrySet().stream()
                                    .filter(replica -> replica.getKey().topic().equals(topic))
                                    .mapToLong(replica -> replica.getValue().size())
                                    .sum();
                }
            }
            return bytes / (double) plan.samples();
        } catch (ExecutionException | TimeoutException failed) {
            throw new CommandFailure(
                    "the broker did not say how large its logs are: " + failed, failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private Double bytesPerVersion() {
        Set<Long> deltas =
                seen.versions().stream()
                        .map(RunWatch.View.Version::manifest)
                        .filter(
                                manifest ->
                                        manifest.getForms().stream()
                                                .anyMatch(f -> f.getForm() == FormKind.DELTA))
                        .map(CheckpointManifest::getVersion)
                        .collect(Collectors.toSet());
        return BytesInStep.mean(List.copyOf(swaps), deltas).stream()
                .boxed()
                .findFirst()
                .orElse(null);
    }

    String table() {
        List<Double> curve =
                seen.versions().stream()
                        .map(
                                version ->
                                        version.manifest()
                                                .getMetrics()
                                                .get("prequential_accuracy_sliding_student"))
                        .filter(value -> value != null)
                        .toList();
        String text = ClosingTable.of(rows);
        return curve.size() < 2
                ? text
                : text
                        + String.format(
                                Locale.ROOT,
                                "%n  prequential accuracy, sliding: %s%n",
                                Sparkline.of(curve, 60, 0.5, 1));
    }

    private static double accuracy(int[] classes, int[] truth) {
        int right = 0;
        for (int i = 0; i < classes.length; i++) {
            right += classes[i] == truth[i] ? 1 : 0;
        }
        return right / (double) classes.length;
    }

    private static int argmax(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    private static Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static String hex(ByteBuffer digest) {
        byte[] bytes = new byte[digest.remaining()];
        digest.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        runners.forEach(StageRunner::stop);
        runners.forEach(StageRunner::close);
    }
}
