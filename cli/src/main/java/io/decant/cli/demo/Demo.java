package io.decant.cli.demo;

import io.decant.cli.CommandFailure;
import io.decant.dataset.IdxDataset;
import io.decant.dev.DevCluster;
import io.decant.dev.broker.BrokerProcess;
import io.decant.dev.broker.BrokerSettings;
import io.decant.dev.registry.RegistrySettings;
import io.decant.dev.stack.ServiceStack;
import io.decant.gateway.GatewayService;
import io.decant.model.spec.InputSpec;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.stage.StageRunner;
import io.decant.pipeline.topics.TopicSetup;
import io.decant.teacher.TeacherService;
import io.decant.teacher.training.SampleRange;
import io.decant.teacher.training.TrainTeacher;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerService;
import io.decant.trainer.join.JoinerService;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Runs the whole pipeline on a data set: a real broker and registry, all services, a stream of
 * samples and labels, requests against the gateway, and a report at the end. <i>Owned by the main
 * thread.</i>
 */
public final class Demo implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final double REQUESTS_PER_SECOND = 220;
    private static final int REQUEST_BODIES = 64;

    private final DemoOptions options;
    private final Path home;
    private final PrintStream out;
    private final InstantSource clock;
    private final long startedNanos = System.nanoTime();
    private final List<AutoCloseable> open = new ArrayList<>();
    private ServiceStack services;
    private String orders = "";
    private boolean closed;

    /**
     * Prepares a run.
     *
     * @param home the project's folder; teachers are cached in it
     */
    public Demo(DemoOptions options, Path home, PrintStream out, InstantSource clock) {
        this.options = options;
        this.home = home;
        this.out = out;
        this.clock = clock;
    }

    /**
     * Runs to the end of the stream and prints the result; the services go on until {@link #close}.
     */
    public Report run() throws InterruptedException {
        IdxDataset dataset = IdxDataset.open(options.dataset());
        say(
                "%s: %,d training and %,d test samples of shape %s, %d classes",
                dataset.name(),
                dataset.training().size(),
                dataset.test().size(),
                dataset.training().shape(),
                dataset.classCount());
        RunFolder folder = own(RunFolder.open(options, asked(dataset)));
        Optional<Report> finished = folder.finishedReport();
        if (finished.isPresent()) {
            say("the run in %s has finished; its result:", folder.resolve(""));
            out.println(finished.get().summary());
            return finished.get();
        }

        // The broker starts while the teacher is trained.
        CompletableFuture<DevCluster> starting =
                CompletableFuture.supplyAsync(
                        () ->
                                own(
                                        DevCluster.around(
                                                BrokerProcess.start(
                                                        folder.resolve("broker"),
                                                        BrokerSettings.defaults()),
                                                RegistrySettings.defaults())));
        TeacherSource teacher = teacher(dataset);
        StreamPlan plan =
                new StreamPlan(
                        "s" + options.seed(),
                        options,
                        teacher.candidates(),
                        IntStream.range(0, dataset.training().size())
                                .map(dataset.training()::label)
                                .toArray(),
                        dataset.classCount());
        InputSpec input = standardisation(dataset, plan, teacher);
        say("inputs are standardised with mean %.4f and sd %.4f", input.mean(), input.sd());

        DevCluster cluster = await(starting, "the broker and the registry");
        ClusterSettings settings =
                ClusterSettings.of(cluster.bootstrapServers(), cluster.registryUrl());
        TopicSetup.create(settings, Optional.of((short) 1), PATIENCE);
        say("broker %s, schema registry %s", cluster.bootstrapServers(), cluster.registryUrl());

        RunKeys keys = RunKeys.in(folder.resolve("keys"));
        services =
                own(
                        new ServiceStack(
                                settings,
                                serviceSettings(dataset, teacher, input, folder, keys),
                                clock));
        orders = orderExample(settings, keys);
        PrequentialClean clean = new PrequentialClean(plan, dataset.training());
        TrainerService trainer = services.trainer(clean);
        JoinerService joiner = services.joiner();
        TeacherService answering = services.teacher();
        GatewayService gateway = services.gateway();
        URI infer = URI.create("http://127.0.0.1:" + gateway.port() + "/v2/models/student/infer");
        say(
                "gateway http://127.0.0.1:%d   try: curl -s http://127.0.0.1:%d/v2/models/student",
                gateway.port(), gateway.port());

        // Samples that wait for a service to start would only tell how long that takes.
        await(joiner.running(), "the joiner");
        DemoRun run =
                own(
                        new DemoRun(
                                options, settings, plan, dataset, services, answering, trainer,
                                gateway, infer, clock, out));
        run.stream(
                ProducedBefore.ids(settings, Topic.SAMPLES),
                ProducedBefore.ids(settings, Topic.LABELS));
        Report report = run.result(teacher, clean, () -> (System.nanoTime() - startedNanos) / 1e9);
        write(folder, report);
        out.println();
        out.println(run.table());
        out.println(report.summary());
        out.println(ReferenceFigures.compare(dataset, options, report));
        return report;
    }

    private TeacherSource teacher(IdxDataset dataset) {
        if (options.teacher().isPresent()) {
            TeacherSource given = TeacherSource.given(options.teacher().get(), dataset);
            if (given.overlap().equals("unknown")) {
                say(
                        "warning: %s does not say which samples of this data set it was trained on; streamed samples may be among them",
                        given.file());
            }
            return given;
        }
        String cache = System.getenv("DECANT_CACHE");
        TeacherSource source =
                TeacherSource.trained(
                        dataset,
                        options.seed(),
                        cache == null ? home.resolve(".decant/teachers") : Path.of(cache),
                        new TeacherProgress());
        say(
                source.trainedInRun()
                        ? "teacher trained"
                        : "teacher from the cache: trained on the first half in an earlier run");
        return source;
    }

    private final class TeacherProgress implements TrainTeacher.Listener {
        @Override
        public void started(IdxDataset dataset, SampleRange range) {
            say("training a teacher on training samples %s", range);
        }

        @Override
        public void epochDone(int epoch, int of, Duration since) {
            if (epoch % 3 == 0) {
                say("training the teacher, epoch %d of %d", epoch, of);
            }
        }
    }

    /**
     * Mean and sd of the teacher's half; with a teacher that was given, of the first 2 000 streamed
     * samples.
     */
    private InputSpec standardisation(IdxDataset dataset, StreamPlan plan, TeacherSource teacher) {
        if (options.teacher().isEmpty()) {
            return dataset.training()
                    .standardisedBy(0, dataset.training().size() - teacher.candidates().size());
        }
        int[] first = java.util.Arrays.copyOf(plan.order(), Math.min(2_000, plan.samples()));
        return dataset.training().standardisedBy(first);
    }

    private List<String> serviceSettings(
            IdxDataset dataset,
            TeacherSource teacher,
            InputSpec input,
            RunFolder folder,
            RunKeys keys) {
        String shape = String.join(",", input.shape().stream().map(String::valueOf).toList());
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                "teacher.teacher.file=" + teacher.file().toAbsolutePath(),
                                "joiner.state-dir=" + folder.resolve("joiner"),
                                "trainer.model.name=student",
                                "trainer.model.input.dtype=u8",
                                "trainer.model.input.shape=" + shape,
                                "trainer.model.input.scale=" + input.scale(),
                                "trainer.model.input.mean=" + input.mean(),
                                "trainer.model.input.sd=" + input.sd(),
                                "trainer.seed=" + options.seed(),
                                "trainer.publish.interval=1s",
                                "trainer.signing.key=" + keys.privateFile(),
                                "gateway.model=student",
                                "gateway.signatures.keys=" + keys.publicFile(),
                                "gateway.http.port=0",
                                "gateway.data-dir=" + folder.resolve("gateway")));
        settings.addAll(student(input.size(), dataset.classCount()));
        settings.addAll(options.settings());
        return settings;
    }

    private List<String> student(int inputSize, int classes) {
        return options.student()
                .map(Path::toAbsolutePath)
                .map(file -> List.of("trainer.model.file=" + file, "gateway.students=" + file))
                .orElseGet(() -> List.of("trainer.model.dims=" + inputSize + ",128," + classes));
    }

    private static String orderExample(ClusterSettings cluster, RunKeys keys) {
        return String.format(
                "decant models rollback --reason \"as an example\" --key %s --bootstrap %s --registry %s",
                keys.privateFile(), cluster.bootstrapServers(), cluster.schemaRegistryUrl());
    }

    /** A command that works while the stack runs: versions are signed, so orders are as well. */
    public String orderExample() {
        return orders;
    }

    /** What fixes the stream of a run; a folder can resume only the same. */
    private Map<String, String> asked(IdxDataset dataset) {
        Map<String, String> asked = new LinkedHashMap<>();
        asked.put("dataset", dataset.training().digest());
        asked.put("teacher", options.teacher().map(Path::toString).orElse("trained"));
        options.student().ifPresent(file -> asked.put("student", file.toString()));
        asked.put(
                "samples",
                options.samples().isPresent()
                        ? Integer.toString(options.samples().getAsInt())
                        : "all");
        asked.put("labels", Double.toString(options.labelledShare()));
        asked.put("labelDelay", Integer.toString(options.labelDelay()));
        asked.put("labelNoise", Double.toString(options.labelNoise()));
        asked.put("shuffle", Boolean.toString(options.shuffle()));
        asked.put("seed", Long.toString(options.seed()));
        asked.put("settings", options.settings().toString());
        return asked;
    }

    private void write(RunFolder folder, Report report) {
        try {
            if (options.dataDir().isPresent()) {
                report.write(folder.resolve("report.json"));
            }
            if (options.report().isPresent()) {
                report.write(options.report().get());
            }
        } catch (IOException refused) {
            throw new CommandFailure(
                    "the report cannot be written (" + refused + "); choose another --report",
                    refused);
        }
    }

    private static <T> T await(CompletableFuture<T> future, String what)
            throws InterruptedException {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new CommandFailure(
                    what + " did not start: " + failed.getCause().getMessage(), failed.getCause());
        } catch (TimeoutException late) {
            throw new CommandFailure(
                    what + " did not start within " + PATIENCE.toSeconds() + " s", late);
        }
    }

    private synchronized <T extends AutoCloseable> T own(T resource) {
        if (closed) {
            closeQuietly(resource);
            throw new CommandFailure("stopped");
        }
        open.add(resource);
        return resource;
    }

    private void say(String message, Object... values) {
        out.printf(
                Locale.ROOT,
                "%5.1fs  %s%n",
                (System.nanoTime() - startedNanos) / 1e9,
                String.format(Locale.ROOT, message, values));
    }

    private void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception failed) {
            // Each resource must get its turn; what went wrong is told.
            out.println("decant: while stopping: " + failed);
        }
    }

    /** Stops everything in reverse order; safe to call from another thread, and twice. */
    @Override
    public synchronized void close() {
        closed = true;
        for (int i = open.size() - 1; i >= 0; i--) {
            closeQuietly(open.get(i));
        }
        open.clear();
    }

    /** Stages of the demo itself are given this long to end. */
    static StageRunner start(String name, StageRunner.Maker maker) {
        return StageRunner.start(name, maker, Duration.ofSeconds(10));
    }

    /** The requests that the load sends in turn. */
    static List<String> requestBodies(IdxDataset dataset) {
        return IntStream.range(0, Math.min(REQUEST_BODIES, dataset.test().size()))
                .mapToObj(
                        i ->
                                InferRequest.body(
                                        List.of(dataset.test().sample(i)), dataset.test().shape()))
                .toList();
    }

    static double requestsPerSecond() {
        return REQUESTS_PER_SECOND;
    }

    /**
     * Blocks until a service stops by itself.
     *
     * @throws CommandFailure then, or at once when the run had finished before and nothing started
     */
    public void awaitFailure() throws InterruptedException {
        if (services == null) {
            throw new CommandFailure(
                    "the run has finished before, so there is nothing to keep running; choose another --data-dir, or read this one with decant models and decant replay");
        }
        while (services.failure().isEmpty()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        Throwable failure = services.failure().get();
        throw new CommandFailure("a service stopped: " + failure.getMessage(), failure);
    }
}
