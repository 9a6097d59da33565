package io.decant.bench.join;

import io.decant.bench.cluster.BenchCluster;
import io.decant.bench.cluster.JournalReader;
import io.decant.bench.cluster.JournalReader.Journal;
import io.decant.bench.cluster.Move;
import io.decant.bench.measure.Machine;
import io.decant.bench.measure.Spread;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.topics.Topic;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The join alone, exactly-once on a real broker, against the same broker moving as many records of
 * the same sizes exactly-once without a join. Input stands in the topics before a run begins; every
 * sample must leave once, with its label. <i>Owned by the main thread.</i>
 */
@Command(
        name = "join",
        mixinStandardHelpOptions = true,
        description =
                "Samples a second through the join alone, exactly-once, until the last pair is committed, for each number of threads; and"
                        + " what the same broker moves of the same records without a join (it keeps no state either).",
        footer = {"", "Example: benchmarks/run join --samples 200000 --threads 1"})
public final class JoinBenchmark implements Callable<Integer> {
    @Option(
            names = "--samples",
            defaultValue = "200000",
            description = "Samples of each run; default: ${DEFAULT-VALUE}.")
    private int samples;

    @Option(
            names = "--bytes",
            defaultValue = "16",
            description = "Bytes of a sample's features; default: ${DEFAULT-VALUE}.")
    private int features;

    @Option(
            names = "--threads",
            split = ",",
            defaultValue = "1,2",
            description = "Threads of the joiner; default: ${DEFAULT-VALUE}.")
    private List<Integer> threadCounts;

    @Option(
            names = "--repetitions",
            defaultValue = "3",
            description =
                    "Runs of each that count, after one that does not; default: ${DEFAULT-VALUE}.")
    private int repetitions;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of the records; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting, for example joiner.store=memory; may be repeated.")
    private List<String> settings = List.of();

    private final PrintStream out = System.out;

    @Override
    public Integer call() {
        out.println(Machine.describe());
        Map<Integer, List<JoinRun>> joins = new TreeMap<>();
        List<Double> moves = new ArrayList<>();
        try (BenchCluster cluster = BenchCluster.start()) {
            for (int turn = 0; turn <= repetitions; turn++) {
                String name = turn == 0 ? "warm-up" : "run " + turn;
                double pairBytes = 0;
                for (int threads : threadCounts) {
                    JoinRun run = join(cluster, threads, turn);
                    pairBytes = run.pairBytes();
                    out.printf(
                            "%-8s %d threads: %,.0f samples/s, CPU of the joining threads %.1f us a sample%n",
                            name, threads, run.perSecond(), run.cpuMicros());
                    if (turn > 0) {
                        joins.computeIfAbsent(threads, t -> new ArrayList<>()).add(run);
                    }
                }
                double rate = move(cluster, (int) Math.round(pairBytes), turn);
                out.printf("%-8s without a join: %,.0f samples/s%n", name, rate);
                if (turn > 0) {
                    moves.add(rate);
                }
            }
        }
        print(joins, moves);
        return 0;
    }

    private JoinRun join(BenchCluster cluster, int threads, int turn) {
        String name = "join" + threads + "-" + turn;
        ClusterSettings installation = cluster.installation(name);
        new JoinInput(samples, features, seed).produce(installation);
        return JoinRun.of(installation, samples, threads, cluster.folder().resolve(name), settings);
    }

    private double move(BenchCluster cluster, int pairBytes, int turn) {
        ClusterSettings installation = cluster.installation("move" + turn);
        new JoinInput(samples, features, seed).produce(installation);
        Move move =
                new Move(
                        installation,
                        "join",
                        List.of(Topic.SAMPLES, Topic.SOFT_TARGETS, Topic.LABELS),
                        Topic.TRAINING_PAIRS,
                        Duration.ofMillis(200),
                        "none",
                        sample -> pairBytes);
        CompletableFuture<Journal> reader =
                CompletableFuture.supplyAsync(() -> JournalReader.read(installation, samples));
        long begun = move.run(3 * samples);
        return samples / ((reader.join().ended() - begun) / 1e9);
    }

    private void print(Map<Integer, List<JoinRun>> joins, List<Double> moves) {
        out.printf("without a join: %s samples/s%n", Spread.of(moves).text(0));
        joins.forEach(
                (threads, runs) ->
                        out.printf(
                                "%d threads: %s samples/s, %s of what is moved without a join, CPU of the joining threads %s us a sample%n",
                                threads,
                                Spread.of(values(runs, JoinRun::perSecond)).text(0),
                                Spread.ofRatios(values(runs, JoinRun::perSecond), moves).text(2),
                                Spread.of(values(runs, JoinRun::cpuMicros)).text(1)));
    }

    private static List<Double> values(List<JoinRun> runs, ToDoubleFunction<JoinRun> figure) {
        return runs.stream().map(figure::applyAsDouble).toList();
    }
}
