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

    private static String worst(double samples, double student, double shadow, double teacher) {
        return CardText.markdown(
                card(
                        Map.of(
                                "slice_samples.site=a", samples,
                                "slice_accuracy_student.site=a", student,
                                "slice_accuracy_shadow.site=a", shadow,
                                "slice_accuracy_teacher.site=a", teacher)));
    }

    @Test
    void theTeacherIsNamedOnlyWhereItIsBelowTheShadowToo() {
        assertThat(worst(400, 0.80, 0.90, 0.85))
                .contains("on site=a, by 10.00 points, and so is the teacher");
        assertThat(worst(400, 0.80, 0.90, 0.95)).contains("on site=a, by 10.00 points.");
    }

    @Test
    void aGapOfLessThanTwoStandardErrorsIsWithinChance() {
        // Given: the larger standard error is the student's, sqrt(0.8 · 0.2 / n)
        double gap = 0.1;
        double samples = 0.8 * 0.2 * Math.pow(2 / gap, 2);
        // When, Then
        assertThat(worst(Math.floor(samples) - 1, 0.8, 0.8 + gap, 0.7))
                .contains("on site=a, by 10.00 points (within chance).");
        assertThat(worst(Math.ceil(samples) + 1, 0.8, 0.8 + gap, 0.7))
                .doesNotContain("within chance");
    }

    @Test
    void moreClassesThanAreNamedAreNotMissingLabels() {
        assertThat(CardText.markdown(card(Map.of("quality_answered", 1000.0))))
                .containsSubsequence(
                        "More than 64 classes: none is named.",
                        "What is not known",
                        "More than 64 classes: none is named.")
                .doesNotContain("No label arrived lately");
        assertThat(CardText.markdown(card(Map.of("quality_answered", 0.0))))
                .contains("No label arrived lately")
                .doesNotContain("More than 64");
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
