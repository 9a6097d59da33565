package io.decant.cli.card;

import io.decant.cli.Shown;
import io.decant.cli.page.Unit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the metrics of a version say of its quality. <i>Immutable.</i>
 *
 * @param answered predictions lately that a label judged
 * @param all names and values, as a reader would want them
 * @param classes by number
 * @param slices by name
 */
record QualityFacts(
        long answered, Map<String, String> all, List<Group> classes, List<Group> slices) {
    /**
     * Samples with one thing in common.
     *
     * @param student share of them that the student had right; null when not known, as the others
     */
    record Group(String name, long samples, Double student, Double shadow, Double teacher) {
        /** Student less shadow. */
        Optional<Double> gap() {
            return student == null || shadow == null
                    ? Optional.empty()
                    : Optional.of(student - shadow);
        }

        /** Whether the gap is more than twice the standard error of the less certain share. */
        boolean isBeyondChance() {
            double error = Math.max(error(student), error(shadow));
            return Math.abs(student - shadow) > 2 * error;
        }

        private double error(double share) {
            return Math.sqrt(share * (1 - share) / samples);
        }

        /** Whether the teacher is known to be below the shadow. */
        boolean teacherIsBelowShadow() {
            return teacher != null && shadow != null && teacher < shadow;
        }
    }

    static QualityFacts of(Map<String, Double> metrics) {
        Map<String, String> all = new LinkedHashMap<>();
        for (String who : List.of("student", "shadow", "teacher")) {
            all.put(
                    "prequential accuracy, " + who,
                    Shown.percent(metrics.get("prequential_accuracy_" + who))
                            + ", lately "
                            + Shown.percent(metrics.get("prequential_accuracy_sliding_" + who)));
        }
        all.put(
                "agreement with the teacher",
                Shown.percent(metrics.get("prequential_accuracy_agreement")));
        all.put("negative log-likelihood", Unit.NATS.text(metrics.get("nll_nats_student")));
        all.put("expected calibration error, 15 bins", Shown.percent(metrics.get("ece_student")));
        all.put(
                "divergence from the teacher, KL",
                Unit.NATS.text(metrics.get("kl_nats_teacher_student")));
        all.put(
                "answers that changed since the version before",
                Shown.percent(metrics.get("churn")));
        all.put("weight of the teacher, alpha", Unit.NUMBER.text(metrics.get("alpha")));
        all.put("drifts noticed", Unit.COUNT.text(metrics.get("drifts_noticed")));
        return new QualityFacts(
                metrics.getOrDefault("quality_answered", 0.0).longValue(),
                all,
                groups(metrics, "recall_samples.", "recall_").stream()
                        .sorted(Comparator.comparingInt(group -> Integer.parseInt(group.name())))
                        .toList(),
                groups(metrics, "slice_samples.", "slice_accuracy_"));
    }

    private static List<Group> groups(Map<String, Double> metrics, String samples, String share) {
        List<Group> groups = new ArrayList<>();
        new TreeMap<>(metrics)
                .forEach(
                        (metric, count) -> {
                            if (metric.startsWith(samples)) {
                                String name = metric.substring(samples.length());
                                groups.add(
                                        new Group(
                                                name,
                                                count.longValue(),
                                                metrics.get(share + "student." + name),
                                                metrics.get(share + "shadow." + name),
                                                metrics.get(share + "teacher." + name)));
                            }
                        });
        return groups;
    }
}
