package io.decant.cli;

import io.decant.gateway.GatewayConfig;
import io.decant.gateway.GatewayService;
import io.decant.pipeline.config.Configuration;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * Starts a gateway with no cluster and no model, asks it once, and stops it. The launcher runs this
 * once after a build in a JVM that keeps an archive of the classes it has loaded; with it a gateway
 * starts in half the time. <i>Owned by the main thread.</i>
 */
final class GatewayRehearsal {
    private GatewayRehearsal() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Decant.run(nowhere, nowhere, "gateway", "--help");
        Path folder = Files.createTempDirectory("gateway-rehearsal");
        GatewayConfig config =
                Configuration.of(
                        GatewayConfig.class,
                        List.of(
                                "model=rehearsal",
                                "data-dir=" + folder,
                                "signatures.policy=accept",
                                "cluster.bootstrap-servers=127.0.0.1:1",
                                "cluster.schema-registry-url=http://127.0.0.1:1",
                                "cluster-patience=100ms",
                                "http.port=0",
                                "http.drain=0s"));
        try (GatewayService gateway = GatewayService.start(config, InstantSource.system())) {
            HttpRequest request =
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://127.0.0.1:"
                                                    + gateway.port()
                                                    + "/v2/models/rehearsal/infer"))
                            .POST(BodyPublishers.ofString("{\"inputs\": []}"))
                            .build();
            HttpClient.newHttpClient().send(request, BodyHandlers.discarding());
        } finally {
            Files.deleteIfExists(folder);
        }
        System.exit(0);
    }
}
