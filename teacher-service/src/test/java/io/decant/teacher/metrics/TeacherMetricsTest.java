package io.decant.teacher.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.DeadLetterReason;
import io.decant.teacher.budget.Choice;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TeacherMetricsTest {
    private final TeacherMetrics metrics = new TeacherMetrics();

    @Test
    void totalsCountCommittedWorkOnce() {
        // Given work that is given up and done again
        metrics.scored(5);
        metrics.refused(DeadLetterReason.WRONG_SHAPE);
        metrics.skipped(Choice.OVER_RATE);
        metrics.givenUp();
        metrics.scored(5);
        metrics.refused(DeadLetterReason.WRONG_SHAPE);
        metrics.skipped(Choice.OVER_BUDGET);
        metrics.skipped(Choice.OVER_BUDGET);

        // When
        metrics.committed();
        metrics.refused(DeadLetterReason.NOT_FINITE);

        // Then
        assertThat(metrics.report())
                .isEqualTo(
                        Map.of(
                                "scored",
                                1.0,
                                "skipped",
                                2.0,
                                "skipped.over_budget",
                                2.0,
                                "dead_letters",
                                1.0,
                                "dead_letters.wrong_shape",
                                1.0,
                                "replacements",
                                0.0,
                                "replacements_refused",
                                0.0));
    }

    @Test
    void replacementsAreCountedFromTheStart() {
        // When
        metrics.replaced();
        metrics.replacementRefused();
        metrics.replacementRefused();
        metrics.givenUp();

        // Then
        assertThat(metrics.report())
                .containsEntry("replacements", 1.0)
                .containsEntry("replacements_refused", 2.0);
    }

    @Test
    void meansAndMaximaAreOfTheTimeSinceTheLastReport() {
        // Given
        metrics.batch(3, 30_000);
        metrics.scored(10);
        metrics.scored(20);
        metrics.scored(60);
        metrics.batch(1, 10_000);
        metrics.scored(-5);

        // When
        Map<String, Double> first = metrics.report();
        Map<String, Double> second = metrics.report();

        // Then
        assertThat(first)
                .containsEntry("batch_size_mean", 2.0)
                .containsEntry("inference_mean_micros", 20.0)
                .containsEntry("queue_age_mean_millis", 22.5)
                .containsEntry("queue_age_max_millis", 60.0);
        assertThat(second)
                .containsOnlyKeys(
                        "scored",
                        "skipped",
                        "dead_letters",
                        "replacements",
                        "replacements_refused");
    }
}
