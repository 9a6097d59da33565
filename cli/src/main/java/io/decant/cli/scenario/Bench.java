package io.decant.cli.scenario;

import io.decant.cli.CommandFailure;
import io.decant.cli.run.OwnedResources;
import io.decant.cli.run.RunKeys;
import io.decant.cli.run.StackSettings;
import io.decant.cli.run.TeacherSource;
import io.decant.cli.run.TemporaryFolder;
import io.decant.cli.run.Vigil;
import io.decant.dataset.IdxDataset;
import io.decant.model.spec.InputSpec;
import io.decant.pipeline.kafka.ClusterSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Everything that stays the same from trial to trial, and runs them one after the other. <i>Owned
 * by the main thread.</i>
 *
 * @param inputs samples of the data set
 * @param standardised how students' inputs are standardised
 * @param folder of the services
 * @param resources owns what is opened
 */
record Bench(
        ScenarioOptions options,
        IdxDataset dataset,
        TeacherSource teacher,
        TeacherFiles teachers,
        Inputs inputs,
        InputSpec standardised,
        ScenarioCluster cluster,
        Path folder,
        RunKeys keys,
        OwnedResources resources,
        InstantSource clock) {
    /**
     * The exam's requests are the only ones. A gateway that judged the last version by them,
     * against the first, would take back whatever has learned something new meanwhile.
     */
    private static final List<String> UNGUARDED =
            List.of("gateway.guard.shadow=0s", "gateway.guard.watch=0s");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * Opens the data set, starts a cluster and finds or trains the usual teacher.
     *
     * @param home the project's folder; teachers are cached in it
     * @param say is told what takes long
     */
    static Bench prepare(
            ScenarioOptions options,
            Path home,
            OwnedResources resources,
            InstantSource clock,
            Consumer<String> say)
            throws InterruptedException {
        IdxDataset dataset = IdxDataset.open(options.dataset());
        Path folder = resources.own(temporaryFolder()).root();
        // The broker starts while the teacher is trained.
        CompletableFuture<ScenarioCluster> starting =
                CompletableFuture.supplyAsync(
                        () -> resources.own(ScenarioCluster.start(folder.resolve("broker"))));
        Path cache = TeacherSource.cache(home);
        TeacherSource teacher =
                options.teacher()
                        .map(file -> TeacherSource.given(file, dataset))
                        .orElseGet(
                                () ->
                                        TeacherSource.trained(
                                                dataset,
                                                TeacherFiles.SEED,
                                                cache,
                                                new TeacherSource.Progress(say)));
        int all = dataset.training().size();
        int half = all - teacher.candidates().size();
        boolean firstHalf = half > 0 && teacher.candidates().get(0) == half;
        return new Bench(
                options,
                dataset,
                teacher,
                new TeacherFiles(
                        dataset, teacher.file(), options.teacher().isPresent(), half, cache, say),
                Inputs.of(dataset, teacher.candidates()),
                dataset.training().standardisedBy(0, firstHalf ? half : all),
                Vigil.started(starting, "the broker and the registry", PATIENCE),
                folder,
                RunKeys.in(folder.resolve("keys")),
                resources,
                clock);
    }

    private static TemporaryFolder temporaryFolder() {
        try {
            return TemporaryFolder.make("decant-scenario-");
        } catch (IOException refused) {
            throw new CommandFailure(
                    "a temporary folder cannot be made (" + refused + ")", refused);
        }
    }

    /** What a scenario makes its streams of one seed from. */
    Given given(long seed) {
        return new Given(
                dataset.classCount(),
                IntStream.range(0, dataset.training().size())
                        .map(dataset.training()::label)
                        .toArray(),
                teacher.candidates(),
                seed,
                options.asked());
    }

    /** Streams a trial; what was seen of each variant. */
    Map<Variant, Observation> run(Trial trial, long seed) throws InterruptedException {
        Path teacherFile = teachers.of(trial.teacher());
        ClusterSettings topics = cluster.next();
        List<String> settings =
                new ArrayList<>(
                        new StackSettings(
                                        teacherFile,
                                        Optional.empty(),
                                        standardised,
                                        dataset.classCount(),
                                        folder.resolve(topics.prefix()),
                                        keys,
                                        seed)
                                .all());
        settings.addAll(UNGUARDED);
        settings.addAll(trial.settings());
        settings.addAll(options.settings());
        try {
            TrialServices services = TrialServices.start(topics, trial, settings, clock);
            TrialRun run =
                    resources.own(
                            new TrialRun(
                                    trial,
                                    inputs,
                                    teacherFile,
                                    services,
                                    topics,
                                    clock,
                                    options.asked().ahead()));
            try {
                return run.run();
            } finally {
                resources.release(run);
            }
        } finally {
            cluster.forget(topics);
        }
    }
}
