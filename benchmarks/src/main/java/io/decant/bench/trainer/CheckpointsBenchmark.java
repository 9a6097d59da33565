package io.decant.bench.trainer;

import io.decant.bench.cluster.BenchCluster;
import io.decant.bench.journal.GeneratedJournal;
import io.decant.bench.measure.Machine;
import io.decant.bench.measure.Spread;
import io.decant.dev.stack.ServiceStack;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.trainer.TrainerService;
import io.decant.trainer.learn.PredictionListener;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What exactly-once costs the trainer: the same journal learned with a version a second, each one a
 * transaction of state, weights, manifest, lineage and offsets, and learned without any version.
 * <i>Owned by the main thread.</i>
 */
@Command(
        name = "checkpoints",
        mixinStandardHelpOptions = true,
        description =
                "Learns one journal (784 bytes, 10 classes, B = 32) with a version a second and, in turn, with none.",
        footer = {"", "Example: benchmarks/run checkpoints --pairs 200000 --repetitions 5"})
public final class CheckpointsBenchmark implements Callable<Integer> {
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(60);

    @Option(
            names = "--pairs",
            defaultValue = "200000",
            description = "Pairs of each run; default: ${DEFAULT-VALUE}.")
    private int pairs;

    @Option(
            names = "--repetitions",
            defaultValue = "5",
            description =
                    "Runs of each that count, after one that does not; default: ${DEFAULT-VALUE}.")
    private int repetitions;

    @Option(
            names = "--shadow",
            description = "Let the shadow learn too: a larger state, and slower steps.")
    private boolean shadow;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.println(Machine.describe());
        try (BenchCluster cluster = BenchCluster.start()) {
            ClusterSettings installation = cluster.installation("checkpoints");
            GeneratedJournal.produce(installation, pairs, 1);
            List<Double> with = new ArrayList<>();
            List<Double> without = new ArrayList<>();
            for (int turn = 0; turn <= repetitions; turn++) {
                // Every run is a new model, which learns the journal from its beginning.
                double none = pairsPerSecond(installation, "none-" + turn, "1h");
                double some = pairsPerSecond(installation, "some-" + turn, "1s");
                out.printf(
                        "%-8s a version a second %,8.0f pairs/s   none %,8.0f pairs/s   ratio %.3f%n",
                        turn == 0 ? "warm-up" : "run " + turn, some, none, some / none);
                out.flush();
                if (turn > 0) {
                    with.add(some);
                    without.add(none);
                }
            }
            out.printf(
                    "with a version a second against none: %s   %s against %s pairs/s%n",
                    Spread.ofRatios(with, without).text(3),
                    Spread.of(with).text(0),
                    Spread.of(without).text(0));
            out.flush();
        }
        return 0;
    }

    /** From the first pair learned to the last. */
    private double pairsPerSecond(ClusterSettings cluster, String model, String interval) {
        List<String> settings = new ArrayList<>(GeneratedJournal.trainerSettings(model, shadow));
        settings.add("publish.interval=" + interval);
        try (ServiceStack stack =
                new ServiceStack(
                        cluster,
                        settings.stream().map(setting -> "trainer." + setting).toList(),
                        InstantSource.system())) {
            TrainerService trainer = stack.trainer(PredictionListener.NONE);
            long first = await(stack, trainer, 1);
            long began = System.nanoTime();
            await(stack, trainer, pairs);
            return (pairs - first) / ((System.nanoTime() - began) / 1e9);
        }
    }

    private static long await(ServiceStack stack, TrainerService trainer, long pairs) {
        long moved = System.nanoTime();
        long before = 0;
        while (trainer.progress().pairs() < pairs) {
            stack.failure()
                    .ifPresent(
                            failure -> {
                                throw new IllegalStateException("the trainer stopped", failure);
                            });
            long learned = trainer.progress().pairs();
            moved = learned == before ? moved : System.nanoTime();
            before = learned;
            if (System.nanoTime() - moved > STALL_NANOS) {
                throw new IllegalStateException(
                        "nothing was learned for 60 s; " + learned + " pairs are");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        return trainer.progress().pairs();
    }
}
