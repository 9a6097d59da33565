package io.decant.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.cli.page.Chart.Point;
import io.decant.cli.page.Chart.Series;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingCurvesTest {
    @Test
    void everyModelHasItsCurveOverThePairsLearned() {
        // When two versions tell how all three were doing
        List<Chart> charts =
                charts(
                        Lineages.version(1, Map.of("pairs_learned", 100.0), scores(0.5, 0.4, 0.9)),
                        Lineages.version(2, Map.of("pairs_learned", 300.0), scores(0.7, 0.6, 0.8)));
        // Then
        assertThat(charts).extracting(Chart::id).startsWith("accuracy", "accuracy-cumulative");
        assertThat(charts.get(0).series())
                .extracting(Series::name)
                .containsExactly("student", "shadow", "teacher");
        assertThat(charts.get(0).series().get(1).points())
                .containsExactly(new Point(100, 0.4), new Point(300, 0.6));
    }

    @Test
    void whatWasNotMeasuredIsAGapAndWhatNeverWasIsLeftOut() {
        // When no label had arrived at the first version, and no shadow learned
        List<Chart> charts =
                charts(
                        Lineages.version(1, Map.of("pairs_learned", 100.0), Map.of()),
                        Lineages.version(
                                2,
                                Map.of("pairs_learned", 300.0),
                                Map.of("prequential_accuracy_sliding_student", 0.7)));
        // Then
        assertThat(charts).hasSize(1);
        assertThat(charts.get(0).series())
                .containsExactly(
                        new Series(
                                "student",
                                "student",
                                Chart.Look.LINE,
                                List.of(new Point(100, null), new Point(300, 0.7))));
    }

    @Test
    void withoutAnyLabelAgreementWithTheTeacherIsDrawnAndNoLabelLoss() {
        // When
        List<Chart> charts =
                charts(
                        Lineages.version(
                                1,
                                Map.of("pairs_learned", 100.0, "student_steps", 4.0),
                                Map.of(
                                        "prequential_accuracy_sliding_agreement", 0.8,
                                        "loss_teacher_nats", 1.5,
                                        "loss_label_nats", 0.0)));
        // Then
        assertThat(charts).extracting(Chart::id).containsExactly("agreement", "loss");
        assertThat(charts.get(1).series()).extracting(Series::name).containsExactly("teacher term");
    }

    @Test
    void aLossBeforeTheFirstStepIsNotALossOfZero() {
        // When
        TrainingPoint point =
                TrainingPoint.of(
                        Lineages.version(
                                1, Map.of("student_steps", 0.0), Map.of("loss_teacher_nats", 0.0)));
        // Then
        assertThat(point.teacherLoss()).isNull();
    }

    private static List<Chart> charts(io.decant.records.Lineage... versions) {
        List<TrainingPoint> points = List.of(versions).stream().map(TrainingPoint::of).toList();
        return TrainingCurves.of(List.of(new TrainingCurves.Source("", false, points)));
    }

    private static Map<String, Double> scores(double student, double shadow, double teacher) {
        return Map.of(
                "prequential_accuracy_sliding_student", student,
                "prequential_accuracy_sliding_shadow", shadow,
                "prequential_accuracy_sliding_teacher", teacher,
                "prequential_accuracy_student", student);
    }
}
