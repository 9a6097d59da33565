package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JoinerConfigTest {
    private static JoinerConfig config(String... settings) {
        return Configuration.of(
                JoinerConfig.class,
                Stream.concat(
                                Stream.of(
                                        "cluster.bootstrap-servers=b:1",
                                        "cluster.schema-registry-url=http://r:1"),
                                Stream.of(settings))
                        .toList());
    }

    @Test
    void theDefaultsAreThese() {
        // When
        Map<String, String> own =
                Configuration.effective(config()).entrySet().stream()
                        .filter(entry -> !entry.getKey().startsWith("cluster."))
                        .filter(entry -> !entry.getKey().startsWith("source."))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

        // Then
        assertThat(own)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.ofEntries(
                                Map.entry("window", "1h"),
                                Map.entry("soft-only-wait", "0ms"),
                                Map.entry("soft-only-waiting", "100000"),
                                Map.entry("teachers", ""),
                                Map.entry("teachers-wait", "1s"),
                                Map.entry("teachers-waiting", "100000"),
                                Map.entry("future-tolerance", "1m"),
                                Map.entry("start-at", "earliest"),
                                Map.entry("store", "rocksdb"),
                                Map.entry("state-dir", "decant-state/joiner"),
                                Map.entry("store-memory-bytes", "134217728"),
                                Map.entry("store-cache-bytes", "16777216"),
                                Map.entry("sample-cache-bytes", "67108864"),
                                Map.entry("fetch-timeout", "5s"),
                                Map.entry("fetch-samples", "500"),
                                Map.entry("sweep-interval", "200ms"),
                                Map.entry("sweep-states", "2000"),
                                Map.entry("threads", "1"),
                                Map.entry("commit-interval", "200ms"),
                                Map.entry("transaction-timeout", "10s"),
                                Map.entry("session-timeout", "6s"),
                                Map.entry("restarts", "5"),
                                Map.entry("outage-patience", "10m"),
                                Map.entry("startup-patience", "10s"),
                                Map.entry("stop-patience", "20s"),
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
                                Map.entry("tracing.endpoint", ""),
                                Map.entry("tracing.queued-spans", "2048"),
                                Map.entry("pause.signatures", "accept"),
                                Map.entry("pause.keys", ""),
                                Map.entry("metrics-interval", "1s")));
    }

    @Test
    void aWaitMustEndBeforeTheWindow() {
        assertThatThrownBy(() -> config("window=10s", "soft-only-wait=10s"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("soft-only-wait must be below window");
    }

    @Test
    void aWaitForTeachersMustEndBeforeTheWindowAndEachIsNamedOnce() {
        assertThatThrownBy(() -> config("window=1s", "teachers=a", "teachers-wait=1s"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("teachers-wait must be below window");
        assertThatThrownBy(() -> config("teachers=a,b,a"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("teachers must name each teacher once");
        assertThat(config("teachers=b,a").teachers()).containsExactly("b", "a");
    }

    @Test
    void aTransactionMustOutliveItsCommitIntervalAndOneFetch() {
        assertThatThrownBy(() -> config("transaction-timeout=5s", "fetch-timeout=5s"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("above fetch-timeout");
    }

    @Test
    void theStoreIsNamedInTheFile() {
        assertThat(config("store=memory").store()).isEqualTo(JoinerConfig.Store.MEMORY);
        assertThatThrownBy(() -> config("store=disk"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("rocksdb, memory");
        assertThat(List.of(JoinerConfig.StartAt.values())).hasSize(2);
    }
}
