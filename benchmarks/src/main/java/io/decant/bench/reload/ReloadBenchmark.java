package io.decant.bench.reload;

import io.decant.bench.cluster.BenchCluster;
import io.decant.bench.measure.Machine;
import io.decant.bench.measure.Spread;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.sign.KeyPairs;
import io.decant.pipeline.sign.SigningKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What reloading costs the requests that a gateway answers meanwhile: steady stretches and
 * stretches with swaps take turns in one process under one load; then many swaps in a row. <i>Owned
 * by the main thread.</i>
 */
@Command(
        name = "reload",
        mixinStandardHelpOptions = true,
        description =
                "Latency under open-loop load with and without swaps, commit to served, memory after many swaps.",
        footer = {"", "Example: benchmarks/run reload --swaps 10000"})
public final class ReloadBenchmark implements Callable<Integer> {
    private static final String MODEL = "student";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    @Option(
            names = "--dims",
            split = ",",
            defaultValue = "784,128,10",
            description = "Layer widths; default: ${DEFAULT-VALUE}.")
    private List<Integer> dims;

    @Option(
            names = "--rate",
            defaultValue = "200",
            description = "Requests a second; default: ${DEFAULT-VALUE}.")
    private double rate;

    @Option(
            names = "--connections",
            defaultValue = "8",
            description = "Connections that share them; default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
            names = "--seconds",
            defaultValue = "20",
            description = "Length of a stretch; default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--interval-millis",
            defaultValue = "1000",
            description =
                    "Time between versions in a stretch with swaps; default: ${DEFAULT-VALUE}.")
    private long intervalMillis;

    @Option(
            names = "--repetitions",
            defaultValue = "5",
            description =
                    "Pairs of stretches, after one that does not count; default: ${DEFAULT-VALUE}.")
    private int repetitions;

    @Option(
            names = "--swaps",
            defaultValue = "0",
            description = "Swaps in a row after that, as fast as they are served; default: none.")
    private int swaps;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the gateway; repeatable.")
    private List<String> settings = List.of();

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(Machine.describe());
        try (BenchCluster cluster = BenchCluster.start()) {
            ClusterSettings installation = cluster.installation("reload");
            KeyPairs.Made keys = KeyPairs.generate(cluster.folder(), "publisher");
            VersionSource source = new VersionSource(dims, 1);
            out.printf(
                    "%s, %,d parameters, %.0f requests/s over %d connections%n",
                    dims, source.spec().parameterCount(), rate, connections);
            try (Publisher publisher =
                            new Publisher(
                                    installation, MODEL, SigningKey.read(keys.privateFile()));
                    GatewayProcess gateway =
                            GatewayProcess.start(
                                    Path.of(System.getenv("DECANT_HOME")),
                                    cluster.folder(),
                                    installation,
                                    MODEL,
                                    keys.publicFile(),
                                    settings.stream()
                                            .map(text -> text.replaceFirst("=", ": "))
                                            .toList())) {
                publisher.publish(source.next());
                gateway.awaitReady();
                try (OpenLoop load =
                        new OpenLoop(gateway.port(), MODEL, source, connections, rate)) {
                    stretches(out, source, publisher, load);
                    endurance(out, source, publisher, gateway, load);
                    out.printf(
                            "answers %,d   failed %d   wrong for their version %d%n",
                            load.answered(), load.failed(), load.wrong());
                    out.flush();
                    return load.failed() + load.wrong() == 0 ? 0 : 1;
                }
            }
        }
    }

    private void stretches(
            PrintWriter out, VersionSource source, Publisher publisher, OpenLoop load) {
        List<Double> steady = new ArrayList<>();
        List<Double> swapping = new ArrayList<>();
        List<Double> served = new ArrayList<>();
        for (int turn = 0; turn <= repetitions; turn++) {
            OpenLoop.Window quiet = load.begin(capacity());
            Pause.nanos(TimeUnit.SECONDS.toNanos(seconds));
            OpenLoop.Window busy = load.begin(capacity());
            List<Double> commits = swap(source, publisher, load);
            double p99 = quiet.millis(0.99);
            double busyP99 = busy.millis(0.99);
            out.printf(
                    "%-8s steady p50 %.2f p99 %.2f ms   swapping p50 %.2f p99 %.2f ms   p99 ratio %.2f   %d versions%n",
                    turn == 0 ? "warm-up" : "run " + turn,
                    quiet.millis(0.5),
                    p99,
                    busy.millis(0.5),
                    busyP99,
                    busyP99 / p99,
                    commits.size());
            out.flush();
            if (turn > 0) {
                steady.add(p99);
                swapping.add(busyP99);
                served.addAll(commits);
            }
        }
        double[] sorted = served.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        out.printf(
                "p99 while swapping against steady: %s   %s against %s ms%n",
                Spread.ofRatios(swapping, steady).text(2),
                Spread.of(swapping).text(2),
                Spread.of(steady).text(2));
        out.printf(
                "commit to first answer, %d versions: p50 %.0f ms   p99 %.0f ms   longest %.0f ms%n",
                sorted.length,
                sorted[sorted.length / 2],
                sorted[(int) (0.99 * (sorted.length - 1))],
                sorted[sorted.length - 1]);
        out.flush();
    }

    private int capacity() {
        return (int) (4 * rate * seconds) + 1000;
    }

    /** Publishes for a stretch; milliseconds from each commit to the first answer. */
    private List<Double> swap(VersionSource source, Publisher publisher, OpenLoop load) {
        long gap = TimeUnit.MILLISECONDS.toNanos(intervalMillis);
        // Made before: making them must not disturb what is measured.
        List<VersionSource.Version> versions =
                LongStream.range(0, seconds * 1000L / intervalMillis)
                        .mapToObj(i -> source.next())
                        .toList();
        List<Double> millis = new ArrayList<>();
        long due = System.nanoTime();
        for (VersionSource.Version version : versions) {
            due += gap;
            Pause.nanos(due - System.nanoTime());
            publisher.publish(version);
            long committed = System.nanoTime();
            millis.add((awaitServed(load, version.number()) - committed) / 1e6);
        }
        return millis;
    }

    private static long awaitServed(OpenLoop load, long version) {
        long began = System.nanoTime();
        Long seen = load.firstSeen(version);
        while (seen == null) {
            if (System.nanoTime() - began > PATIENCE_NANOS) {
                throw new IllegalStateException(
                        "version " + version + " is not served; see the gateway's log");
            }
            Pause.nanos(TimeUnit.MILLISECONDS.toNanos(1));
            seen = load.firstSeen(version);
        }
        return seen;
    }

    private void endurance(
            PrintWriter out,
            VersionSource source,
            Publisher publisher,
            GatewayProcess gateway,
            OpenLoop load) {
        if (swaps == 0) {
            return;
        }
        int early = Math.min(100, swaps);
        many(source, publisher, load, early);
        Mark first = mark(gateway, load);
        many(source, publisher, load, swaps - early);
        Mark last = mark(gateway, load);
        out.printf(
                "after %d swaps: p50 %.2f p99 %.2f ms, %.1f MB resident   after %,d: p50 %.2f p99 %.2f ms, %.1f MB   p99 ratio %.2f, p50 ratio %.2f, %+.1f MB%n",
                early,
                first.p50,
                first.p99,
                first.bytes / 1e6,
                swaps,
                last.p50,
                last.p99,
                last.bytes / 1e6,
                last.p99 / first.p99,
                last.p50 / first.p50,
                (last.bytes - first.bytes) / 1e6);
        out.flush();
    }

    private record Mark(double p50, double p99, double bytes) {}

    /** Steady latency, and memory after it: medians of three stretches. */
    private Mark mark(GatewayProcess gateway, OpenLoop load) {
        double[] p50 = new double[3];
        double[] p99 = new double[3];
        for (int i = 0; i < p50.length; i++) {
            OpenLoop.Window window = load.begin(capacity());
            Pause.nanos(TimeUnit.SECONDS.toNanos(seconds));
            p50[i] = window.millis(0.5);
            p99[i] = window.millis(0.99);
        }
        Arrays.sort(p50);
        Arrays.sort(p99);
        return new Mark(p50[1], p99[1], gateway.residentBytes());
    }

    private static void many(VersionSource source, Publisher publisher, OpenLoop load, int count) {
        for (int i = 0; i < count; i++) {
            VersionSource.Version version = source.next();
            publisher.publish(version);
            awaitServed(load, version.number());
        }
    }
}
