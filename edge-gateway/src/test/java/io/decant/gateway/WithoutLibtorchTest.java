package io.decant.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.Versions;
import io.decant.gateway.store.LastGoodModel;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.pipeline.sign.TrustedKeys;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway of a perceptron is pure Java: it runs where libtorch does not. */
@Timeout(60)
class WithoutLibtorchTest {
    private static final Path MAPPED = Path.of("/proc/self/maps");

    @TempDir Path folder;

    /** A gateway in a process of its own: answers once, and prints the files that it has mapped. */
    static final class Asked {
        private Asked() {}

        public static void main(String[] settings) throws Exception {
            GatewayConfig config = Configuration.of(GatewayConfig.class, List.of(settings));
            try (GatewayService gateway = GatewayService.start(config, InstantSource.system())) {
                String body =
                        "{\"inputs\": [{\"name\": \"input\", \"datatype\": \"UINT8\", \"shape\": [1, 2, 2], \"data\": [1, 2, 3, 4]}]}";
                HttpResponse<String> answer =
                        HttpClient.newHttpClient()
                                .send(
                                        HttpRequest.newBuilder(
                                                        URI.create(
                                                                "http://127.0.0.1:"
                                                                        + gateway.port()
                                                                        + "/v2/models/student/infer"))
                                                .POST(BodyPublishers.ofString(body))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString());
                System.out.println("answered " + answer.statusCode());
                if (Files.exists(MAPPED)) {
                    Files.readAllLines(MAPPED, StandardCharsets.UTF_8).stream()
                            .filter(line -> line.contains(".so"))
                            .forEach(line -> System.out.println("mapped " + line));
                }
            }
        }
    }

    @Test
    void aGatewayProcessLoadsNoClassOfDjlAndNoFileOfLibtorch() throws Exception {
        // Given
        new LastGoodModel(
                        folder,
                        Versions.MODEL,
                        Versions.CHECK,
                        SignaturePolicy.ACCEPT,
                        TrustedKeys.NONE,
                        1 << 20)
                .save(Versions.small().accepted(7));
        Path output = folder.resolve("output");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xlog:class+load",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Asked.class.getName(),
                                "model=student",
                                "signatures.policy=accept",
                                "cluster.bootstrap-servers=127.0.0.1:1",
                                "cluster.schema-registry-url=http://127.0.0.1:1",
                                "cluster-patience=100ms",
                                "http.port=0",
                                "http.drain=0s",
                                "data-dir=" + folder));

        // When
        int code =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start()
                        .waitFor();

        // Then
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        assertThat(code).isZero();
        assertThat(lines)
                .anyMatch(line -> line.contains("answered 200"))
                .anyMatch(line -> line.contains("io.decant.model.forward.MlpForward "))
                .noneMatch(line -> line.contains("[class,load]") && line.contains(" ai.djl."))
                .noneMatch(line -> line.contains("[class,load]") && line.contains(" com.sun.jna."))
                .noneMatch(
                        line ->
                                line.startsWith("mapped ")
                                        && (line.contains("torch") || line.contains("libc10")));
        if (Files.exists(MAPPED)) {
            assertThat(lines)
                    .anyMatch(line -> line.startsWith("mapped ") && line.contains("libjvm"));
        }
    }
}
