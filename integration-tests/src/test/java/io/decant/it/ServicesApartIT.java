package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.it.harness.Commands;
import io.decant.it.harness.Producing;
import io.decant.it.harness.ServiceProcess;
import io.decant.it.harness.SharedCluster;
import io.decant.model.forward.ForwardArchive;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.teacher.TeacherCardFacts;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.sign.KeyPairs;
import io.decant.records.DType;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import io.decant.topics.Topic;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of docs/examples as they stand, each in a process of its own. Only where the cluster is
 * and the gateway's port are replaced, with --set; relative paths begin in the test's folder.
 */
@ExtendWith(SharedCluster.class)
class ServicesApartIT {
    private static final Path EXAMPLES = Path.of("..", "docs", "examples");
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** What services log when they have started; a trainer, when it leads its model. */
    private static final Pattern RUNNING =
            Pattern.compile("event=started|event=leading|state=RUNNING");

    private static final int SAMPLES = 200;
    private static final int CLASSES = 10;
    private static final InputSpec MNIST =
            new InputSpec(
                    io.decant.model.spec.DType.U8, List.of(28, 28), 1 / 255.0, 0.1307, 0.3081);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void theExampleFilesMakeAPipelineThatServesAVersionAndCommandsLookIntoItsTopics(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        // Given what the files name: a teacher, and keys
        Files.write(folder.resolve("teacher.pt"), teacher());
        KeyPairs.generate(Files.createDirectory(folder.resolve("keys")), "trainer");
        KeyPairs.generate(folder.resolve("keys"), "operator");
        int port = freePort();
        List<ServiceProcess> services = new ArrayList<>();
        try (Producing producing = new Producing(cluster)) {
            for (String service : List.of("teacher", "joiner", "trainer", "gateway")) {
                List<String> replaced = new ArrayList<>(SharedCluster.settings(cluster));
                if (service.equals("gateway")) {
                    replaced.add("http.port=" + port);
                }
                services.add(
                        ServiceProcess.withFile(
                                service, EXAMPLES.resolve(service + ".yaml"), replaced, folder));
            }

            // When samples and one record that is none arrive, and they are started in turn
            produce(producing);
            for (ServiceProcess service : services) {
                service.start();
                await(service + " to run")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(250))
                        .untilAsserted(
                                () ->
                                        assertThat(service.log())
                                                .as(logs(services))
                                                .containsPattern(RUNNING));
            }

            // Then a version that was signed, verified and loaded is served
            await("a version at the gateway")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(
                            () -> assertThat(versionsAt(port)).as(logs(services)).isNotEmpty());

            // Then the topics are as expected and read by every service, and can be looked into
            Commands commands = new Commands(cluster, folder);
            describes(commands, cluster);
            tails(commands);
        } finally {
            services.forEach(ServiceProcess::close);
        }
    }

    private static void describes(Commands commands, ClusterSettings cluster) throws IOException {
        Commands.Ended described = commands.run("topics", "describe", "--json");
        assertThat(described.errors()).isEmpty();
        assertThat(described.exitCode()).isZero();
        JsonNode document = JSON.readTree(described.out());
        assertThat(document.path("topics").findValuesAsText("name"))
                .hasSize(Topic.values().length)
                .contains(cluster.topics().name(Topic.SAMPLES));
        JsonNode samples = document.at("/topics/0");
        assertThat(samples.path("partitions")).hasSize(cluster.samplePartitions());
        assertThat(samples.path("offsets").asLong()).isEqualTo(SAMPLES + 1);
        assertThat(samples.path("refused")).isEmpty();
        assertThat(document.path("groups").findValuesAsText("name"))
                .contains(
                        cluster.prefix() + "teacher-teacher",
                        cluster.prefix() + "joiner",
                        cluster.prefix() + "trainer-student");
        assertThat(commands.run("topics", "describe").out())
                .contains(cluster.topics().name(Topic.TRAINING_PAIRS))
                .contains("Stable")
                .doesNotContain("NO", "MISSING");
    }

    private static void tails(Commands commands) throws IOException {
        Commands.Ended newest =
                commands.run("topics", "tail", "soft-targets", "--max", "3", "--json");
        List<String> lines = newest.out().lines().toList();
        assertThat(lines).hasSize(3);
        JsonNode answer = JSON.readTree(lines.get(0));
        assertThat(answer.path("type").asText()).isEqualTo("SoftTarget");
        assertThat(answer.at("/value/logits")).hasSize(5);
        String id = answer.path("key").asText();
        assertThat(commands.run("topics", "tail", "samples", "--key", id).out().lines())
                .singleElement()
                .asString()
                .contains(id, "Sample", "\"shape\":[28,28]", "\"bytes\":784");
        assertThat(commands.run("topics", "tail", "samples", "--from", "earliest").out().lines())
                .hasSize(10);
        assertThat(commands.run("topics", "tail", "dead-letters").out())
                .contains(
                        "DeadLetter",
                        "reason=UNDECODABLE",
                        "key=junk",
                        "{\"bytes\":3,\"hex\":\"070809\"}");
        Commands.Ended misspelt = commands.run("topics", "tail", "sample");
        assertThat(misspelt.exitCode()).isEqualTo(2);
        assertThat(misspelt.errors())
                .contains("there is no topic 'sample'; expected one of samples");
    }

    private static void produce(Producing producing) {
        Random random = new Random(5);
        for (int i = 0; i < SAMPLES; i++) {
            byte[] pixels = new byte[MNIST.bytes()];
            random.nextBytes(pixels);
            producing.send(
                    new Sample(
                            "apart-" + i,
                            new Tensor(DType.U8, List.of(28, 28), ByteBuffer.wrap(pixels)),
                            System.currentTimeMillis(),
                            Map.of()));
            producing.label("apart-" + i, i % CLASSES);
        }
        producing.raw(Topic.SAMPLES, "junk", new byte[] {7, 8, 9});
    }

    /** What the gateway says that it serves; empty as long as it does not answer so. */
    private List<String> versionsAt(int port) throws InterruptedException, IOException {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + port + "/v2/models/student"))
                        .timeout(Duration.ofSeconds(5))
                        .build();
        try {
            JsonNode answer =
                    JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
            List<String> versions = new ArrayList<>();
            answer.path("versions").forEach(version -> versions.add(version.asText()));
            return versions;
        } catch (ConnectException notYet) {
            return List.of();
        }
    }

    /** The end of what each has printed, for the message of a failure. */
    private static String logs(List<ServiceProcess> services) {
        StringBuilder logs = new StringBuilder();
        for (ServiceProcess service : services) {
            List<String> lines = service.log().lines().toList();
            logs.append(service).append(service.isAlive() ? "" : " has ended").append(":\n");
            lines.subList(Math.max(0, lines.size() - 5), lines.size())
                    .forEach(
                            line ->
                                    logs.append(line, 0, Math.min(300, line.length()))
                                            .append('\n'));
        }
        return logs.toString().replace("%", "%%");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static byte[] teacher() {
        ModelSpec spec = ModelSpec.mlp(List.of(MNIST.size(), CLASSES), MNIST);
        ByteBuffer weights =
                ByteBuffer.allocate(Float.BYTES * spec.parameterCount())
                        .order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(3);
        while (weights.hasRemaining()) {
            weights.putFloat((float) random.nextGaussian() / 28);
        }
        TeacherCardFacts facts =
                new TeacherCardFacts(
                        MNIST,
                        true,
                        Optional.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty());
        return ForwardArchive.of(spec, weights.flip())
                .extra(TeacherCardFacts.EXTRA, facts.toJson())
                .toBytes();
    }
}
