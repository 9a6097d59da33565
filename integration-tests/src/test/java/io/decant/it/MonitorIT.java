package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.decant.dev.stack.ServiceStack;
import io.decant.gateway.report.GatewayMetrics;
import io.decant.it.harness.ConstantTeacher;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.TopicContents;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.metrics.Metric;
import io.decant.pipeline.monitor.Load;
import io.decant.records.MetricPoint;
import io.decant.teacher.metrics.TeacherMetrics;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerMetrics;
import io.decant.trainer.join.JoinMetrics;
import io.decant.trainer.learn.PredictionListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What services show of themselves: ports, points and traces of a running pipeline. */
@ExtendWith(SharedCluster.class)
class MonitorIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final Map<String, List<Metric>> DESCRIBED =
            Map.of(
                    "teacher", TeacherMetrics.ALL,
                    "joiner", JoinMetrics.ALL,
                    "trainer", TrainerMetrics.ALL,
                    "gateway", GatewayMetrics.ALL);

    private final HttpClient http = HttpClient.newHttpClient();

    /** Every body that services sent, byte by byte as Latin-1. */
    private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();

    @Test
    void everyServiceShowsDescribedNumbersAndOneSampleIsFollowedToItsVersion(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        HttpServer collector = collector();
        Map<String, Integer> ports = freePorts();
        try (ServiceStack stack =
                        Pipeline.stack(cluster, settings(folder, ports, collector.getAddress()));
                Producing producing = new Producing(cluster)) {
            // Given
            stack.trainer(PredictionListener.NONE);
            stack.joiner();
            stack.teacher();
            stack.gateway();

            // When
            for (int i = 0; i < 64; i++) {
                producing.send(producing.sample("plain-" + i, new byte[] {1, 2, 3, 4}));
            }
            producing.send(
                    producing.sample("followed", new byte[] {4, 3, 2, 1}),
                    Map.of("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"));
            Pipeline.awaitPairs(cluster, 65);
            Pipeline.awaitLearned(cluster);

            // Then
            ports.forEach(
                    (service, port) ->
                            await(service)
                                    .atMost(PATIENCE)
                                    .untilAsserted(
                                            () ->
                                                    assertThat(shown(port))
                                                            .contains(
                                                                    "decant_work_records_total{",
                                                                    "decant_ready{",
                                                                    "service=\""
                                                                            + service
                                                                            + "\"")));
            await("the trace").atMost(PATIENCE).untilAsserted(this::assertFollowed);
            await("loads of all services")
                    .atMost(PATIENCE)
                    .until(() -> services(points(cluster)).containsAll(DESCRIBED.keySet()));
            assertThatEveryNumberIsDescribed(points(cluster));
        } finally {
            collector.stop(0);
        }
    }

    private String shown(int port) throws IOException, InterruptedException {
        assertThat(get(port, "/livez")).startsWith("200");
        assertThat(get(port, "/readyz")).startsWith("200");
        return get(port, "/metrics");
    }

    private String get(int port, String path) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    /**
     * In one trace: what the teacher, the joiner and the trainer did, the last with the version.
     */
    private void assertFollowed() {
        String id = new String(HexFormat.of().parseHex(TRACE), StandardCharsets.ISO_8859_1);
        for (String span : List.of("teacher.answer", "joiner.join", "trainer.learn")) {
            assertThat(told).anySatisfy(body -> assertThat(body).contains(id, span));
        }
        assertThat(told)
                .anySatisfy(body -> assertThat(body).contains("trainer.learn", "decant.version"));
    }

    private static List<MetricPoint> points(ClusterSettings cluster) {
        return TopicContents.read(cluster, Topic.TRAINING_METRICS, MetricPoint.class).stream()
                .map(Entry::value)
                .toList();
    }

    private static List<String> services(List<MetricPoint> points) {
        return points.stream()
                .filter(point -> point.getValues().containsKey(Load.RECORDS))
                .map(MetricPoint::getService)
                .distinct()
                .toList();
    }

    private static void assertThatEveryNumberIsDescribed(List<MetricPoint> points) {
        assertThat(points)
                .allSatisfy(
                        point -> {
                            assertThat(point.getInstance()).isNotEmpty();
                            List<String> names =
                                    Stream.concat(
                                                    Load.METRICS.stream(),
                                                    DESCRIBED.get(point.getService()).stream())
                                            .map(Metric::name)
                                            .toList();
                            assertThat(point.getValues().keySet())
                                    .allSatisfy(
                                            name ->
                                                    assertThat(names)
                                                            .contains(
                                                                    name.replaceAll("\\..*", "")));
                        });
    }

    private HttpServer collector() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/v1/traces",
                exchange -> {
                    told.add(
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.ISO_8859_1));
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
        return server;
    }

    private static Map<String, Integer> freePorts() throws IOException {
        Map<String, Integer> ports = new LinkedHashMap<>();
        List<ServerSocket> held = new ArrayList<>();
        for (String service : DESCRIBED.keySet()) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(socket);
            ports.put(service, socket.getLocalPort());
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return ports;
    }

    private static List<String> settings(
            Path folder, Map<String, Integer> ports, InetSocketAddress collector) {
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                "teacher.teacher.file=" + ConstantTeacher.write(folder, "u8", 4, 2),
                                "joiner.state-dir=" + folder.resolve("joiner"),
                                "joiner.store=memory",
                                "trainer.model.name=student",
                                "trainer.model.dims=4,2",
                                "trainer.model.input.shape=4",
                                "trainer.publish.interval=500ms",
                                "gateway.model=student",
                                "gateway.signatures.policy=accept",
                                "gateway.http.port=0",
                                "gateway.data-dir=" + folder.resolve("gateway")));
        ports.forEach(
                (service, port) -> {
                    settings.add(service + ".monitor.port=" + port);
                    settings.add(service + ".monitor.interval=500ms");
                });
        for (String service : List.of("teacher", "joiner", "trainer")) {
            settings.add(
                    service
                            + ".tracing.endpoint=http://127.0.0.1:"
                            + collector.getPort()
                            + "/v1/traces");
        }
        return settings;
    }
}
