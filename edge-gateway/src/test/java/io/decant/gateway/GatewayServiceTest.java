package io.decant.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.gateway.store.LastGoodModel;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.pipeline.sign.TrustedKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway whose cluster is away: nothing listens on port 1. */
@Timeout(60)
class GatewayServiceTest {
    @TempDir Path folder;
    private final ManualClock clock = new ManualClock();

    private GatewayConfig config(String... settings) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "cluster.bootstrap-servers=127.0.0.1:1",
                                "cluster.schema-registry-url=http://127.0.0.1:1",
                                "cluster-patience=300ms",
                                "http.port=0",
                                "http.drain=0s",
                                "model=student",
                                "signatures.policy=accept",
                                "data-dir=" + folder));
        all.addAll(List.of(settings));
        return Configuration.of(GatewayConfig.class, all);
    }

    private static HttpResponse<String> get(GatewayService gateway, String path)
            throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + gateway.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void servesItsLastGoodModelWhenItStartsWithoutACluster() throws Exception {
        // Given
        new LastGoodModel(
                        folder,
                        Versions.MODEL,
                        Versions.CHECK,
                        SignaturePolicy.ACCEPT,
                        TrustedKeys.NONE,
                        1 << 20)
                .save(Versions.small().accepted(7));
        List<Long> swaps = new ArrayList<>();

        // When
        try (GatewayService gateway = GatewayService.start(config(), clock)) {
            gateway.onSwap(swap -> swaps.add(swap.fromDisk() ? swap.version() : -1));

            // Then
            assertThat(get(gateway, "/v2/health/ready").statusCode()).isEqualTo(200);
            assertThat(get(gateway, "/v2/models/student").body()).contains("\"versions\":[\"7\"]");
            assertThat(gateway.serving())
                    .hasValueSatisfying(m -> assertThat(m.version()).isEqualTo(7));
            assertThat(swaps).containsExactly(7L);
            assertThat(gateway.ended()).isNotDone();
        }
    }

    @Test
    void isAliveButNotReadyWithoutAClusterAndWithoutAModel() throws Exception {
        // When
        GatewayService gateway = GatewayService.start(config(), clock);
        try (gateway) {
            // Then
            assertThat(get(gateway, "/v2/health/live").statusCode()).isEqualTo(200);
            assertThat(get(gateway, "/v2/health/ready").statusCode()).isEqualTo(503);
            assertThat(gateway.serving()).isEmpty();
        }
        assertThat(gateway.ended()).isCompleted();
    }

    @Test
    void doesNotStartWithoutAClusterWhenToldSoAndNamesAllThatIsMissing() {
        // When, then
        assertThatThrownBy(() -> GatewayService.start(config("start-offline=false"), clock))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the schema registry at http://127.0.0.1:1 cannot be reached")
                .hasMessageContaining("the broker at 127.0.0.1:1 does not answer");
    }
}
