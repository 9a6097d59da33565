package io.decant.bench.replay;

import io.decant.bench.measure.Machine;
import io.decant.bench.measure.Repetitions;
import io.decant.bench.measure.Spread;
import io.decant.dev.DevCluster;
import io.decant.dev.broker.BrokerProcess;
import io.decant.dev.broker.BrokerSettings;
import io.decant.dev.registry.RegistrySettings;
import io.decant.model.spec.InitialWeights;
import io.decant.model.step.TrainingStep;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.topics.TopicSetup;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.TrainerService;
import io.decant.trainer.learn.LearningSettings;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.replay.ClusterHistory;
import io.decant.trainer.replay.Outcome;
import io.decant.trainer.replay.Replay;
import io.decant.trainer.replay.ReplayWatcher;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Verification of a whole model against the bare training step that it repeats. <i>Owned by the
 * main thread.</i>
 */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description =
                "Lets a live trainer learn a generated journal (784 inputs, 10 classes, B = 32), then verifies all versions again and, in turn, takes as"
                        + " many bare steps of the same size.",
        footer = {"", "Example: benchmarks/run replay --pairs 200000 --repetitions 5"})
public final class ReplayBenchmark implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LEARNING = Duration.ofMinutes(10);
    private static final int ROWS = 32;

    @Option(
            names = "--pairs",
            defaultValue = "200000",
            description = "Pairs in the journal; default: ${DEFAULT-VALUE}.")
    private int pairs;

    @Option(
            names = "--repetitions",
            defaultValue = "5",
            description =
                    "Turns of each that count, after one that does not; default: ${DEFAULT-VALUE}.")
    private int repetitions;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(Machine.describe());
        Path folder = Files.createTempDirectory("decant-bench-");
        try (DevCluster cluster =
                DevCluster.around(
                        BrokerProcess.start(folder.resolve("broker"), BrokerSettings.defaults()),
                        RegistrySettings.defaults())) {
            ClusterSettings settings =
                    ClusterSettings.of(cluster.bootstrapServers(), cluster.registryUrl());
            TopicSetup.create(settings, Optional.of((short) 1), PATIENCE);
            GeneratedJournal.produce(settings, pairs, 1);
            List<TrainerConfig> models = List.of(model(settings, false), model(settings, true));
            Map<String, Supplier<Double>> contenders = new LinkedHashMap<>();
            contenders.put("bare", () -> bareRate(models.get(0).learning()));
            for (TrainerConfig model : models) {
                long versions = learn(model);
                out.printf(
                        "%s: %,d pairs in %,d versions%n", model.model().name(), pairs, versions);
                out.flush();
                contenders.put(model.model().name(), () -> replayRate(settings, model, versions));
            }
            report(contenders, out);
        } finally {
            delete(folder);
        }
        return 0;
    }

    private void report(Map<String, Supplier<Double>> contenders, PrintWriter out) {
        Repetitions.inTurn(1, contenders);
        Map<String, List<Double>> rates = Repetitions.inTurn(repetitions, contenders);
        rates.forEach(
                (name, each) ->
                        out.printf(
                                "%-16s %s pairs/s   against the bare step %s%n",
                                name,
                                Spread.of(each).text(0),
                                Spread.ofRatios(each, rates.get("bare")).text(2)));
        out.flush();
    }

    private static TrainerConfig model(ClusterSettings cluster, boolean shadow) {
        return Configuration.of(
                TrainerConfig.class,
                List.of(
                        "cluster.bootstrap-servers=" + cluster.bootstrapServers(),
                        "cluster.schema-registry-url=" + cluster.schemaRegistryUrl(),
                        "model.name=" + (shadow ? "with-shadow" : "without-shadow"),
                        "model.input.shape=" + GeneratedJournal.INPUTS,
                        "shadow=" + shadow,
                        "publish.interval=1s"));
    }

    private static long learn(TrainerConfig model) {
        try (TrainerService trainer = TrainerService.start(model, InstantSource.system())) {
            return trainer.finish().get(LEARNING.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("the trainer did not finish", failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private double replayRate(ClusterSettings cluster, TrainerConfig model, long versions) {
        long start = System.nanoTime();
        try (ClusterHistory history =
                new ClusterHistory(
                        cluster, model.model().name(), InstantSource.system(), PATIENCE)) {
            Outcome outcome =
                    new Replay(history, ReplayWatcher.NONE, PredictionListener.NONE).verifyAll();
            if (outcome.equal() != versions || !outcome.allEqual()) {
                throw new IllegalStateException("a replay is not equal: " + outcome.runs());
            }
        }
        return pairs / ((System.nanoTime() - start) / 1e9);
    }

    /** Fills rows and steps, as the learner does, and nothing else. */
    private double bareRate(LearningSettings settings) {
        Random random = new Random(1);
        List<byte[]> features = new ArrayList<>();
        float[] logits = new float[GeneratedJournal.CLASSES];
        for (int c = 0; c < logits.length; c++) {
            logits[c] = (float) random.nextGaussian();
        }
        for (int i = 0; i < 100 * ROWS; i++) {
            features.add(GeneratedJournal.features(i % GeneratedJournal.CLASSES, random));
        }
        int steps = pairs / ROWS;
        try (TrainingStep step = TrainingStep.create(settings.spec(), settings.step(), ROWS)) {
            step.initialise(InitialWeights.uniform(settings.spec(), 1));
            long start = System.nanoTime();
            for (int taken = 0; taken < steps; taken++) {
                for (int row = 0; row < ROWS; row++) {
                    int sample = (taken * ROWS + row) % features.size();
                    step.input(row, features.get(sample), 0);
                    step.teacherLogits(row, logits);
                    step.label(row, sample % GeneratedJournal.CLASSES);
                    step.coefficients(row, 0.7f / ROWS, 0.3f / ROWS);
                }
                step.step(ROWS);
            }
            return (double) steps * ROWS / ((System.nanoTime() - start) / 1e9);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
