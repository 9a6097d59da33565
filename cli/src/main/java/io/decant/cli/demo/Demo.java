package io.decant.cli.demo;

import io.decant.cli.CommandFailure;
import io.decant.cli.ConsoleRun;
import io.decant.cli.page.PageFile;
import io.decant.cli.run.InferRequest;
import io.decant.cli.run.OwnedResources;
import io.decant.cli.run.RunKeys;
import io.decant.cli.run.StackSettings;
import io.decant.cli.run.StreamPlan;
import io.decant.cli.run.StreamPredictions;
import io.decant.cli.run.TeacherSource;
import io.decant.cli.run.Vigil;
import io.decant.dataset.IdxDataset;
import io.decant.dev.DevCluster;
import io.decant.dev.broker.BrokerProcess;
import io.decant.dev.broker.BrokerSettings;
import io.decant.dev.registry.RegistrySettings;
import io.decant.dev.stack.ServiceStack;
import io.decant.gateway.GatewayService;
import io.decant.model.spec.InputSpec;
import io.decant.pipeline.access.Role;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.topics.TopicSetup;
import io.decant.teacher.TeacherService;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.TrainerService;
import io.decant.trainer.join.JoinerService;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
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
import java.util.concurrent.TimeUnit;
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
    private final StackPorts ports;
    private final Path home;
    private final PrintStream out;
    private final InstantSource clock;
    private final long startedNanos = System.nanoTime();
    private final OwnedResources resources;
    private ServiceStack services;
    private String orders = "";

    /**
     * Prepares a run.
     *
     * @param home the project's folder; teachers are cached in it
     */
    public Demo(DemoOptions options, Path home, PrintStream out, InstantSource clock) {
        this(options, StackPorts.FREE, home, out, clock);
    }

    /** As the other one, with ports for the broker and the registry. */
    public Demo(
            DemoOptions options,
            StackPorts ports,
            Path home,
            PrintStream out,
            InstantSource clock) {
        this.options = options;
        this.ports = ports;
        this.home = home;
        this.out = out;
        this.clock = clock;
        this.resources = new OwnedResources(out);
    }

    /**
     * Runs to the end of the stream and prints the result; the services go on until {@link #close}.
     * Of a run that has finished before, only the result is printed.
     */
    public Report run() throws InterruptedException {
        return run(false);
    }

    /** As {@link #run}, but a run that has finished before has its services started again. */
    public Report runAndStay() throws InterruptedException {
        return run(true);
    }

    private Report run(boolean stay) throws InterruptedException {
        IdxDataset dataset = IdxDataset.open(options.dataset());
        say(
                "%s: %,d training and %,d test samples of shape %s, %d classes",
                dataset.name(),
                dataset.training().size(),
                dataset.test().size(),
                dataset.training().shape(),
                dataset.classCount());
        RunFolder folder = resources.own(RunFolder.open(options, asked(dataset)));
        Optional<Report> finished = folder.finishedReport();
        if (finished.isPresent()) {
            say("the run in %s has finished; its result:", folder.resolve(""));
            out.println(finished.get().summary());
            options.page().filter(Files::exists).ifPresent(page -> say("its page: %s", page));
            if (!stay) {
                return finished.get();
            }
        }

        // The broker starts while the teacher is trained.
        CompletableFuture<DevCluster> starting =
                CompletableFuture.supplyAsync(
                        () ->
                                resources.own(
                                        DevCluster.around(
                                                BrokerProcess.start(
                                                        folder.resolve("broker"),
                                                        BrokerSettings.defaults()
                                                                .withPort(ports.broker())
                                                                .withSecurity(ports.secure())),
                                                RegistrySettings.defaults()
                                                        .withPort(ports.registry()))));
        TeacherSource teacher = teacher(dataset);
        StreamPlan plan =
                DemoStream.plan(
                        options,
                        teacher.candidates(),
                        dataset.training()::label,
                        dataset.classCount());
        InputSpec input = standardisation(dataset, plan, teacher);
        say("inputs are standardised with mean %.4f and sd %.4f", input.mean(), input.sd());

        DevCluster cluster = Vigil.started(starting, "the broker and the registry", PATIENCE);
        ClusterSettings settings = cluster.settings();
        TopicSetup.create(settings, Optional.of((short) 1), PATIENCE);
        say("broker %s, schema registry %s", cluster.bootstrapServers(), cluster.registryUrl());

        cluster.users()
                .ifPresent(
                        users ->
                                say(
                                        "TLS, a user for each service, access lists; configuration files such as %s",
                                        users.file(Role.OPERATOR)));

        RunKeys keys = RunKeys.in(folder.resolve("keys"));
        services =
                resources.own(
                        new ServiceStack(
                                ClusterSettings.of(
                                        cluster.bootstrapServers(), cluster.registryUrl()),
                                serviceSettings(
                                        dataset, teacher, input, folder, keys, cluster, stay),
                                clock));
        orders = orderExample(cluster, keys);
        StreamPredictions clean = new StreamPredictions(plan);
        TrainerService trainer = services.trainer(clean);
        JoinerService joiner = services.joiner();
        TeacherService answering = services.teacher();
        GatewayService gateway = services.gateway();
        URI infer = URI.create("http://127.0.0.1:" + gateway.port() + "/v2/models/student/infer");
        say(
                "gateway http://127.0.0.1:%d   try: curl -s http://127.0.0.1:%d/v2/models/student",
                gateway.port(), gateway.port());
        ConsoleRun.start(
                        settings,
                        services.configuration("trainer", TrainerConfig.class).console(),
                        clock)
                .ifPresent(console -> say("console %s", resources.own(console).url()));

        // Samples that wait for a service to start would only tell how long that takes.
        Vigil.started(joiner.running(), "the joiner", PATIENCE);
        if (finished.isPresent()) {
            return finished.get();
        }
        DemoRun run =
                resources.own(
                        new DemoRun(
                                options, settings, plan, dataset, services, answering, trainer,
                                gateway, infer, clock, out));
        ProducedBefore samples = ProducedBefore.of(settings, Topic.SAMPLES);
        if (!samples.ids().isEmpty()) {
            say(
                    "%,d samples were produced before; the run goes on after them",
                    samples.ids().size());
        }
        run.stream(samples, ProducedBefore.of(settings, Topic.LABELS));
        Report report = run.result(teacher, clean, () -> (System.nanoTime() - startedNanos) / 1e9);
        write(folder, report);
        out.println();
        out.println(run.table());
        out.println(report.summary());
        out.println(ReferenceFigures.compare(dataset, options, report));
        options.page()
                .ifPresent(
                        file ->
                                out.println(
                                        PageFile.save(
                                                file,
                                                () ->
                                                        DemoPage.of(
                                                                run.facts(report),
                                                                asked(dataset),
                                                                services.effective()))));
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
        TeacherSource source =
                TeacherSource.trained(
                        dataset,
                        options.seed(),
                        TeacherSource.cache(home),
                        new TeacherSource.Progress(this::say));
        say(
                source.trainedInRun()
                        ? "teacher trained"
                        : "teacher from the cache: trained on the first half in an earlier run");
        return source;
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
            RunKeys keys,
            DevCluster cluster,
            boolean stay) {
        List<String> settings =
                new ArrayList<>(
                        new StackSettings(
                                        teacher.file(),
                                        options.student(),
                                        input,
                                        dataset.classCount(),
                                        folder.resolve(""),
                                        keys,
                                        options.seed())
                                .all());
        cluster.users().ifPresent(users -> settings.addAll(users.serviceSettings()));
        // A stack that stays is there to be looked at.
        settings.add("trainer.console.enabled=" + stay);
        settings.addAll(options.settings());
        return settings;
    }

    private static String orderExample(DevCluster cluster, RunKeys keys) {
        return "decant models rollback --reason \"as an example\" --key "
                + keys.privateFile()
                + cluster.users()
                        .map(users -> " -c " + users.file(Role.OPERATOR))
                        .orElseGet(
                                () ->
                                        " --bootstrap "
                                                + cluster.bootstrapServers()
                                                + " --registry "
                                                + cluster.registryUrl());
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

    private void say(String message, Object... values) {
        out.printf(
                Locale.ROOT,
                "%5.1fs  %s%n",
                (System.nanoTime() - startedNanos) / 1e9,
                String.format(Locale.ROOT, message, values));
    }

    /** Stops everything in reverse order; safe to call from another thread, and twice. */
    @Override
    public void close() {
        resources.close();
    }

    /** The requests that the load sends in turn. */
    static List<String> requestBodies(IdxDataset dataset) {
        return IntStream.range(0, Math.min(REQUEST_BODIES, dataset.test().size()))
                .mapToObj(
                        i ->
                                InferRequest.body(
                                        List.of(dataset.test().sample(i)),
                                        dataset.test().dtype(),
                                        dataset.test().shape()))
                .toList();
    }

    static double requestsPerSecond() {
        return REQUESTS_PER_SECOND;
    }

    /**
     * Blocks until a service stops by itself.
     *
     * @throws CommandFailure then
     */
    public void awaitFailure() throws InterruptedException {
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
