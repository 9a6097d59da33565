package io.decant.cli;

import io.decant.gateway.report.GatewayMetrics;
import io.decant.pipeline.docs.GeneratedPage;
import io.decant.pipeline.docs.MetricDocs;
import io.decant.pipeline.metrics.Metric;
import io.decant.pipeline.monitor.Load;
import io.decant.teacher.metrics.TeacherMetrics;
import io.decant.trainer.TrainerMetrics;
import io.decant.trainer.join.JoinMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
    private static final String COMMAND =
            "mvn -pl cli -am test -Dtest=MetricsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dregenerate.docs=true";

    @Test
    void theMetricsPageIsWhatTheCodeSays() throws IOException {
        Map<String, List<Metric>> services = new LinkedHashMap<>();
        services.put("every service", Load.METRICS);
        services.put("teacher", TeacherMetrics.ALL);
        services.put("joiner", JoinMetrics.ALL);
        services.put("trainer", TrainerMetrics.ALL);
        services.put("gateway", GatewayMetrics.ALL);
        StringBuilder page =
                new StringBuilder(
                        """
                # Metrics

                Each service shows the same numbers twice: in the topic `training-metrics`, and for Prometheus at `http://HOST:PORT/metrics` of its [monitor](configuration.md), with the labels `service` and `model`. Numbers of the JVM (`jvm_*`, `process_*`, `system_*`) stand beside them there. A value that is not known is left out.
                """);
        services.forEach(
                (service, metrics) ->
                        page.append("\n## ")
                                .append(service)
                                .append("\n\n")
                                .append(MetricDocs.table(metrics)));
        new GeneratedPage(Path.of("../docs/metrics.md"), COMMAND, page.toString())
                .check(Boolean.getBoolean("regenerate.docs"));
    }
}
