package io.decant.bench.pipeline;

import com.sun.net.httpserver.HttpServer;
import io.decant.bench.cluster.BenchCluster;
import io.decant.bench.measure.Machine;
import io.decant.bench.measure.Spread;
import io.decant.bench.teacher.QuickTeacher;
import io.decant.dataset.IdxDataset;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The whole pipeline with everything that shows what it does, and with nothing of it. <i>Owned by
 * the main thread.</i>
 */
@Command(
        name = "watched",
        mixinStandardHelpOptions = true,
        description =
                "Streams samples through the whole pipeline (shadow off) with monitors on, each port scraped once a second, one sample in a hundred traced"
                        + " and its spans sent to a collector; and, in turn, with monitors off and without traces.",
        footer = {"", "Example: benchmarks/run watched --samples 100000 --repetitions 5"})
public final class WatchedBenchmark implements Callable<Integer> {
    private static final List<String> SERVICES = List.of("teacher", "joiner", "trainer", "gateway");
    private static final int ONE_IN = 100;

    @Option(
            names = "--samples",
            defaultValue = "100000",
            description = "Samples of each run; default: ${DEFAULT-VALUE}.")
    private int samples;

    @Option(
            names = "--repetitions",
            defaultValue = "5",
            description =
                    "Runs of each that count, after one that does not; default: ${DEFAULT-VALUE}.")
    private int repetitions;

    @Spec private CommandSpec spec;

    private final LongAdder scrapes = new LongAdder();
    private final LongAdder spanBytes = new LongAdder();

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(Machine.describe());
        HttpServer collector = collector();
        try (BenchCluster cluster = BenchCluster.start()) {
            IdxDataset data =
                    IdxDataset.open(
                            Path.of(
                                    System.getenv().getOrDefault("DECANT_HOME", "."),
                                    "datasets",
                                    "mnist"));
            Path teacher = cluster.folder().resolve("teacher.pt");
            QuickTeacher.write(data, teacher);
            List<Double> watched = new ArrayList<>();
            List<Double> unwatched = new ArrayList<>();
            for (int turn = 0; turn <= repetitions; turn++) {
                // Who goes first changes, because a machine's speed drifts.
                boolean watchedFirst = turn % 2 == 0;
                double first = run(cluster, data, teacher, turn, watchedFirst, collector);
                double second = run(cluster, data, teacher, turn, !watchedFirst, collector);
                double on = watchedFirst ? first : second;
                double off = watchedFirst ? second : first;
                out.printf(
                        "%-10s watched %,8.0f/s   unwatched %,8.0f/s   ratio %.3f%n",
                        turn == 0 ? "warm-up" : "run " + turn, on, off, on / off);
                out.flush();
                if (turn > 0) {
                    watched.add(on);
                    unwatched.add(off);
                }
            }
            out.printf(
                    "watched against unwatched: %s   watched %s samples/s   unwatched %s samples/s   (%d scrapes, %,d bytes of spans)%n",
                    Spread.ofRatios(watched, unwatched).text(3),
                    Spread.of(watched).text(0),
                    Spread.of(unwatched).text(0),
                    scrapes.sum(),
                    spanBytes.sum());
            out.flush();
        } finally {
            collector.stop(0);
        }
        return 0;
    }

    private double run(
            BenchCluster cluster,
            IdxDataset data,
            Path teacher,
            int turn,
            boolean watched,
            HttpServer collector)
            throws IOException, InterruptedException {
        String name = (watched ? "watched" : "unwatched") + turn;
        List<String> settings = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (String service : SERVICES) {
            settings.add(service + ".monitor.enabled=" + watched);
            if (watched) {
                ports.add(freePort());
                settings.add(service + ".monitor.port=" + ports.get(ports.size() - 1));
                if (!service.equals("gateway")) {
                    settings.add(
                            service
                                    + ".tracing.endpoint=http://127.0.0.1:"
                                    + collector.getAddress().getPort());
                }
            }
        }
        ScheduledExecutorService scraper = Executors.newSingleThreadScheduledExecutor();
        try {
            HttpClient http = HttpClient.newHttpClient();
            var unused =
                    scraper.scheduleAtFixedRate(
                            () -> ports.forEach(port -> scrape(http, port)),
                            1,
                            1,
                            TimeUnit.SECONDS);
            return PipelineRun.samplesPerSecond(
                    cluster.installation(name),
                    data,
                    samples,
                    teacher,
                    cluster.folder().resolve(name),
                    false,
                    settings,
                    watched ? ONE_IN : 0);
        } finally {
            scraper.shutdownNow();
        }
    }

    private void scrape(HttpClient http, int port) {
        try {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                scrapes.increment();
            }
        } catch (IOException notThere) {
            // Services come up one after the other; the count says how many answered.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpServer collector() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    try (InputStream body = exchange.getRequestBody()) {
                        spanBytes.add(body.readAllBytes().length);
                    }
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
