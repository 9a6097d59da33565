package io.decant.bench.reload;

import io.decant.pipeline.kafka.ClusterSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A gateway as an operator starts it: {@code decant gateway -c FILE}. <i>Owned by one thread.</i>
 */
final class GatewayProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final int port;
    private final Path log;

    private GatewayProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * Starts it; it trusts that public key.
     *
     * @param settings further settings, {@code KEY: VALUE}
     */
    static GatewayProcess start(
            Path home,
            Path folder,
            ClusterSettings cluster,
            String model,
            Path publicKey,
            List<String> settings) {
        try {
            int port = freePort();
            StringBuilder text = new StringBuilder();
            text.append("cluster:\n  bootstrap-servers: ").append(cluster.bootstrapServers());
            text.append("\n  schema-registry-url: ").append(cluster.schemaRegistryUrl());
            text.append("\n  prefix: ").append(cluster.prefix());
            text.append("\nmodel: ").append(model);
            text.append("\ndata-dir: ").append(folder.resolve("gateway"));
            text.append("\nhttp.port: ").append(port);
            text.append("\nsignatures.keys: ").append(publicKey).append('\n');
            settings.forEach(line -> text.append(line).append('\n'));
            Path file = Files.writeString(folder.resolve("gateway.yaml"), text);
            Path log = folder.resolve("gateway.log");
            Process process =
                    new ProcessBuilder(
                                    home.resolve("decant").toString(),
                                    "gateway",
                                    "-c",
                                    file.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            return new GatewayProcess(process, port, log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    /** Returns when it serves a version. */
    void awaitReady() throws InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest ready =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v2/health/ready"))
                        .build();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                if (client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode()
                        == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // It does not listen yet.
            }
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the gateway does not get ready: " + tail());
            }
            Pause.nanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException unread) {
            return "(no log)";
        }
    }

    /** Resident memory, bytes; -1 where the system does not tell. */
    long residentBytes() {
        try {
            return Files.readAllLines(
                            Path.of("/proc/" + process.pid() + "/status"), StandardCharsets.UTF_8)
                    .stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElse(-1);
        } catch (IOException notLinux) {
            return -1;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
