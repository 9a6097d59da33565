package io.decant.cli.card;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.cli.page.Lineages;
import io.decant.records.Lineage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ModelCardTest {
    private static ModelCard card(Map<String, Double> metrics) {
        Lineage lineage = Lineages.version(1, metrics, Map.of());
        return new ModelCard("student", 1, Optional.empty(), List.of(lineage), List.of("big_one"));
    }

    private static Map<String, Double> sliced() {
        Map<String, Double> metrics = new TreeMap<>();
        metrics.put("slice_samples.device=phone", 80.0);
        metrics.put("slice_accuracy_student.device=phone", 0.70);
        metrics.put("slice_accuracy_shadow.device=phone", 0.90);
        metrics.put("slice_accuracy_teacher.device=phone", 0.65);
        metrics.put("slice_samples.device=desk", 900.0);
        metrics.put("slice_accuracy_student.device=desk", 0.95);
        metrics.put("slice_accuracy_shadow.device=desk", 0.92);
        metrics.put("recall_samples.10", 50.0);
        metrics.put("recall_student.10", 0.8);
        metrics.put("recall_samples.9", 60.0);
        metrics.put("recall_student.9", 0.9);
        return metrics;
    }

    @Test
    void aBiasTakenOverFromTheTeacherIsNamed() {
        // When
        String text = CardText.markdown(card(sliced()));
        // Then
        assertThat(text)
                .contains("furthest below the shadow on device=phone, by 20.00 points")
                .contains("| device=phone | 80 | 70.00 % | 90.00 % | -20.00 | 65.00 % |");
    }

    @Test
    void classesStandInTheOrderOfTheirNumbers() {
        // When
        String text = CardText.markdown(card(sliced()));
        // Then
        assertThat(text.indexOf("| 9 | 60 |")).isPositive().isLessThan(text.indexOf("| 10 | 50 |"));
    }

    @Test
    void whatWasNotCountedIsSaid() {
        assertThat(CardText.markdown(card(Map.of())))
                .contains("No attribute of samples was counted apart")
                .contains("Nothing was counted.");
    }

    @Test
    void namesDoNotBecomeMarkup() {
        assertThat(CardText.markdown(card(Map.of()))).contains("big\\_one");
    }

    @Test
    void programsGetTheSameParts() {
        // When
        Map<String, Object> json = CardText.json(card(sliced()));
        // Then
        assertThat(json).containsEntry("model", "student").containsEntry("version", 1L);
        assertThat((List<?>) json.get("parts")).hasSameSizeAs(card(sliced()).parts());
    }
}
