package io.decant.console.picture;

import io.decant.records.MetricPoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What is drawn of a trainer's points. <i>Thread-safe: all methods are pure.</i> */
final class Curves {
    /** Metrics that are drawn, in the order in which a row has them after its time and version. */
    static final List<String> FIELDS =
            List.of(
                    "prequential_accuracy_sliding_student",
                    "prequential_accuracy_sliding_shadow",
                    "prequential_accuracy_sliding_teacher",
                    "prequential_accuracy_sliding_agreement",
                    "loss_teacher_nats",
                    "loss_label_nats",
                    "alpha",
                    "alpha_unlabelled",
                    "drift_active",
                    "pairs_learned",
                    "journal_lag_records");

    private Curves() {}

    /** Whether a trainer's point is about learning, and not only about load. */
    static boolean hasPoint(MetricPoint point) {
        return FIELDS.stream().anyMatch(point.getValues()::containsKey);
    }

    /** Time, version and {@link #FIELDS}; null where nothing was measured. */
    static List<Number> row(MetricPoint point) {
        List<Number> row = new ArrayList<>();
        row.add(point.getAtMillis());
        row.add(point.getVersion());
        Map<String, Double> values = point.getValues();
        for (String field : FIELDS) {
            Double value = values.get(field);
            row.add(value == null || !Double.isFinite(value) ? null : rounded(value));
        }
        return Collections.unmodifiableList(row);
    }

    /** Six digits are more than a screen can show. */
    private static double rounded(double value) {
        return Math.rint(value * 1e6) / 1e6;
    }
}
