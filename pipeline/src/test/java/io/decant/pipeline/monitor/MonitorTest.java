package io.decant.pipeline.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.metrics.Metric;
import io.decant.pipeline.metrics.MetricReporter;
import io.decant.pipeline.record.RecordCodec;
import io.decant.serde.testing.FakeRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MonitorTest {
    private final FakeRegistry registry = FakeRegistry.start();
    private final ClusterSettings cluster = ClusterSettings.of("127.0.0.1:1", registry.url());
    private final HttpClient http = HttpClient.newHttpClient();
    private final Monitor monitor = monitor(0);
    private final RecordCodec codec = new RecordCodec(cluster);
    private final MetricReporter reporter = monitor.reporter("counts", codec);

    private Monitor monitor(int port) {
        return new Monitor(
                new Monitor.Identity("teacher", "a-0", "a"),
                Configuration.of(MonitorSettings.class, List.of("port=" + port)),
                cluster,
                List.of(
                        Metric.counter("scored", "Samples answered."),
                        Metric.counter("dead_letters", "Records refused.").by("reason"),
                        Metric.gauge("batch_size_mean", "Samples at a time.")),
                () -> Instant.EPOCH);
    }

    @AfterEach
    void close() {
        monitor.close();
        codec.close();
        registry.close();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + monitor.port().orElseThrow() + path);
        return http.send(
                HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aServiceIsReadyWhenItHasStartedAndNothingSpeaksAgainstIt() throws Exception {
        // Given
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).contains("the service is starting");

        // When
        monitor.started(new CompletableFuture<>());

        // Then
        assertThat(get("/readyz").statusCode()).isEqualTo(200);

        // When
        monitor.pausedWhile(() -> Optional.of("ann has paused it: migration"));

        // Then
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).contains("ann has paused it: migration");
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void aServiceThatHasFailedIsNotAlive() throws Exception {
        // Given
        CompletableFuture<Void> ended = new CompletableFuture<>();
        monitor.started(ended);

        // When
        ended.completeExceptionally(new IllegalStateException("over"));

        // Then
        assertThat(get("/livez").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).contains("a stage has failed");
    }

    @Test
    void whatIsWrittenToTrainingMetricsIsShownByTheSameNames() throws Exception {
        // When
        reporter.point(
                "a", 0, Map.of("scored", 7.0, "dead_letters", 2.0, "dead_letters.not_finite", 2.0));

        // Then
        assertThat(get("/metrics").body())
                .contains("decant_scored_total{model=\"a\",service=\"teacher\"} 7.0")
                .contains("# HELP decant_scored_total Samples answered.")
                .contains(
                        "decant_dead_letters_total{model=\"a\",reason=\"not_finite\",service=\"teacher\"} 2.0")
                .contains("jvm_memory_used_bytes");
    }

    @Test
    void aNumberThatIsLeftOutLaterIsShownNoMore() throws Exception {
        // Given
        reporter.point("a", 0, Map.of("scored", 7.0, "batch_size_mean", 3.5));

        // When
        reporter.point("a", 0, Map.of("scored", 8.0));

        // Then
        assertThat(get("/metrics").body())
                .contains("decant_scored_total{model=\"a\",service=\"teacher\"} 8.0")
                .doesNotContain("decant_batch_size_mean");
    }

    @Test
    void aPortThatIsTakenIsRefusedWithTheSettingsName() {
        assertThatThrownBy(() -> monitor(monitor.port().orElseThrow()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("monitor.port")
                .hasMessageContaining("0 for any free port");
    }
}
