package io.decant.pipeline.docs;

import static io.decant.pipeline.docs.MarkdownTable.code;

import io.decant.pipeline.metrics.Metric;
import java.util.List;
import java.util.Locale;

/** Documents metrics. <i>Thread-safe: all methods are pure.</i> */
public final class MetricDocs {
    private MetricDocs() {}

    /** A table: names in training-metrics and at {@code /metrics}, kind, label and meaning. */
    public static String table(List<Metric> metrics) {
        MarkdownTable table =
                new MarkdownTable("in training-metrics", "at /metrics", "kind", "what it is");
        for (Metric metric : metrics) {
            table.row(
                    code(metric.name() + metric.label().map(label -> "." + label).orElse("")),
                    code(
                            metric.exposed()
                                    + metric.label().map(label -> "{" + label + "}").orElse("")),
                    metric.kind().name().toLowerCase(Locale.ROOT),
                    metric.doc());
        }
        return table.toString();
    }
}
