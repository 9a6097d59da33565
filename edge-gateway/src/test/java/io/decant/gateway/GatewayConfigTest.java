package io.decant.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GatewayConfigTest {
    private static GatewayConfig with(String... settings) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "cluster.bootstrap-servers=localhost:9092",
                                "cluster.schema-registry-url=http://localhost:8081",
                                "model=student",
                                "signatures.keys=trainer.public.pem"));
        all.addAll(List.of(settings));
        return Configuration.of(GatewayConfig.class, all);
    }

    @Test
    void hasTheseDefaults() {
        // When
        Map<String, String> effective = Configuration.effective(with());

        // Then
        effective.keySet().removeIf(key -> key.startsWith("cluster."));
        assertThat(effective)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.ofEntries(
                                Map.entry("model", "student"),
                                Map.entry("id", ""),
                                Map.entry("students", ""),
                                Map.entry("data-dir", "gateway-data"),
                                Map.entry("start-offline", "true"),
                                Map.entry("cluster-patience", "5s"),
                                Map.entry("metrics-interval", "1s"),
                                Map.entry("queued-reports", "256"),
                                Map.entry("stop-patience", "10s"),
                                Map.entry("pause.start-paused", "false"),
                                Map.entry("monitor.enabled", "true"),
                                Map.entry("monitor.host", "127.0.0.1"),
                                Map.entry("monitor.port", "0"),
                                Map.entry("monitor.interval", "2s"),
                                Map.entry("monitor.stall-limit", "15m"),
                                Map.entry("monitor.security.certificate", ""),
                                Map.entry("monitor.security.key", ""),
                                Map.entry("monitor.security.client-ca", ""),
                                Map.entry("monitor.security.token-file", ""),
                                Map.entry("pause.signatures", "accept"),
                                Map.entry("pause.keys", ""),
                                Map.entry("signatures.policy", "require"),
                                Map.entry("signatures.keys", "trainer.public.pem"),
                                Map.entry("http.host", "127.0.0.1"),
                                Map.entry("http.port", "8090"),
                                Map.entry("http.io-threads", "1"),
                                Map.entry("http.worker-threads", "2"),
                                Map.entry("http.queued-requests", "256"),
                                Map.entry("http.max-body-bytes", "4194304"),
                                Map.entry("http.max-batch-rows", "1024"),
                                Map.entry("http.queued-bytes", "16777216"),
                                Map.entry("http.batch-rows", "32"),
                                Map.entry("http.batch-wait", "0ms"),
                                Map.entry("http.staleness-limit", ""),
                                Map.entry("http.drain", "3s"),
                                Map.entry("http.idle-timeout", "1m"),
                                Map.entry("http.stop-patience", "5s"),
                                Map.entry("http.security.certificate", ""),
                                Map.entry("http.security.key", ""),
                                Map.entry("http.security.client-ca", ""),
                                Map.entry("http.security.token-file", ""),
                                Map.entry("reload.max-model-bytes", "268435456"),
                                Map.entry("reload.max-versions", "4096"),
                                Map.entry("reload.fetch-timeout", "20s"),
                                Map.entry("reload.poll-time", "100ms"),
                                Map.entry("reload.retry-wait", "200ms"),
                                Map.entry("reload.max-retry-wait", "15s"),
                                Map.entry("reload.smoke-tolerance", "0.001"),
                                Map.entry("reload.save-interval", "1m"),
                                Map.entry("reload.max-bytes-per-second", "0"),
                                Map.entry("follow", "live"),
                                Map.entry("guard.shadow", "0ms"),
                                Map.entry("guard.shadow-minimum", "100"),
                                Map.entry("guard.watch", "30s"),
                                Map.entry("guard.watch-minimum", "200"),
                                Map.entry("guard.sample-share", "1.0"),
                                Map.entry("guard.samples-per-second", "200"),
                                Map.entry("guard.queued-samples", "256"),
                                Map.entry("guard.sure", "0.9"),
                                Map.entry("guard.max-churn", "0.2"),
                                Map.entry("guard.max-distance", "0.1"),
                                Map.entry("guard.max-slowdown", "3.0"),
                                Map.entry("guard.max-failures", "0.01"),
                                Map.entry("feedback.share", "0.0"),
                                Map.entry("feedback.max-per-second", "100"),
                                Map.entry("feedback.queue", "256")));
    }

    @Test
    void reportsEverythingThatIsWrongAtOnce() {
        // When, then
        assertThatThrownBy(
                        () ->
                                with(
                                        "http.port=70000",
                                        "http.max-batch-rows=0",
                                        "reload.fetch-timeout=soon",
                                        "reload.pol-time=1s"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("http.port must be between 0 and 65535, was '70000'")
                .hasMessageContaining("http.max-batch-rows must be")
                .hasMessageContaining("reload.fetch-timeout must be a time")
                .hasMessageContaining("did you mean reload.poll-time?");
    }

    @Test
    void refusesAModelNameThatWouldBreakKeysAndPaths() {
        // When, then
        assertThatThrownBy(() -> with("model=a/b"))
                .hasMessageContaining("model must be a name without '/', was 'a/b'");
    }
}
